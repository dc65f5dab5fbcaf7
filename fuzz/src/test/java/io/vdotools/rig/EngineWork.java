package io.vdotools.rig;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.live.LiveVolume;
import io.vdotools.format.BlockSize;
import io.vdotools.testing.BlockHash;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Requests that a seed chooses, and what the blocks may hold after them: the value of the last
 * write that a flush has covered, or of any write since.
 *
 * <p>No two requests for one LBN are under way at once, so the writes of an LBN have an order.
 */
final class EngineWork {
  private static final int WINDOW = 64;
  private static final int DUPLICATES = 40;
  private static final int TOLD = 10;

  private final SplittableRandom random;
  // By LBN, the hashes of all that it held, the oldest first.
  private final Map<Long, List<Long>> values = new TreeMap<>();
  private final Map<Long, Integer> answered = new HashMap<>();
  private final Map<Long, Integer> durable = new HashMap<>();
  private final Map<Long, CompletableFuture<Void>> pending = new LinkedHashMap<>();

  /** Begins with an empty volume. */
  EngineWork(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Begins with what the driver has read. */
  EngineWork(long seed, long[] hashes) {
    this(seed);
    for (int lbn = 0; lbn < hashes.length; lbn++) {
      if (hashes[lbn] != 0) {
        values.put((long) lbn, new ArrayList<>(List.of(hashes[lbn])));
      }
    }
  }

  /** Sends requests for LBNs below a limit, and now and then a flush. */
  void request(LiveVolume volume, int count, long lbns) throws EngineException {
    for (int i = 0; i < count; i++) {
      if (random.nextInt(100) == 0) {
        flush(volume);
      }
      if (pending.size() >= WINDOW) {
        awaitOldest(volume);
      }
      request(volume, lbns);
    }
  }

  private void request(LiveVolume volume, long lbns) {
    long lbn = random.nextLong(lbns);
    while (pending.containsKey(lbn)) {
      lbn = random.nextLong(lbns);
    }
    int kind = random.nextInt(100);
    long offset = lbn * BlockSize.BLOCK;
    var content = MemorySegment.ofArray(content(kind));
    values.computeIfAbsent(lbn, _ -> new ArrayList<>(List.of(0L))).add(BlockHash.of(content));
    pending.put(
        lbn,
        kind < 10
            ? volume.discard(offset, BlockSize.BLOCK)
            : kind == 99 ? volume.writeDurably(offset, content) : volume.write(offset, content));
  }

  private byte[] content(int kind) {
    var block = new byte[BlockSize.BLOCK];
    if (kind < 15) {
      return block;
    }
    boolean isDuplicate = kind < 35;
    boolean isCompressible = kind >= 70;
    long id = isDuplicate ? random.nextInt(DUPLICATES) : random.nextLong();
    var noise = new byte[isCompressible ? random.nextInt(8, 2000) : BlockSize.BLOCK];
    new SplittableRandom(id).nextBytes(noise);
    System.arraycopy(noise, 0, block, 0, noise.length);
    return block;
  }

  private void awaitOldest(LiveVolume volume) throws EngineException {
    var oldest = pending.entrySet().iterator().next();
    long lbn = oldest.getKey();
    volume.await(oldest.getValue());
    pending.remove(lbn);
    answered.put(lbn, values.get(lbn).size() - 1);
  }

  /** Flushes; what was answered before lasts. */
  void flush(LiveVolume volume) throws EngineException {
    var covered = new HashMap<>(answered);
    volume.await(volume.flush());
    durable.putAll(covered);
  }

  /** Waits for all answers, and stops the volume in good order: all of it lasts. */
  void save(LiveVolume volume) throws EngineException {
    while (!pending.isEmpty()) {
      awaitOldest(volume);
    }
    volume.close();
    durable.putAll(answered);
  }

  /**
   * {@return where a volume holds what it may not hold, in words; empty if nowhere}
   *
   * @param hashes the hash of each block, as the driver reads it
   */
  List<String> contradictions(long[] hashes) {
    var told = new ArrayList<String>();
    if (hashes.length == 0) {
      told.add("the driver did not hash it");
    }
    for (int lbn = 0; lbn < hashes.length && told.size() < TOLD; lbn++) {
      var all = values.getOrDefault((long) lbn, List.of(0L));
      var allowed = all.subList(durable.getOrDefault((long) lbn, 0), all.size());
      if (!allowed.contains(hashes[lbn])) {
        told.add(
            "LBN %d holds %x, none of the %d values that it may hold%s"
                .formatted(
                    lbn,
                    hashes[lbn],
                    allowed.size(),
                    all.contains(hashes[lbn]) ? ", but one from before a flush" : ""));
      }
    }
    return told;
  }
}
