package io.vdotools.engine.data;

import io.vdotools.engine.EngineException;

/** What somebody wants of one logical block. */
abstract sealed class Request permits ReadRequest, WriteRequest {
  private final long lbn;

  Request(long lbn) {
    this.lbn = lbn;
  }

  final long lbn() {
    return lbn;
  }

  /** Answers the request instead of starting it. */
  abstract void refuse(EngineException error);

  /** Sends the request on its way. */
  abstract void start();

  /** All earlier requests of the LBN are over. Runs in the LBN's logical zone. */
  abstract void begin();

  /** Somebody else waits for this request to be over. May be told from any section. */
  abstract void isWaitedFor();
}
