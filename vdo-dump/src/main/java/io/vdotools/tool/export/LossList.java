package io.vdotools.tool.export;

import io.vdotools.engine.Loss;
import io.vdotools.engine.LossReason;
import io.vdotools.format.blockmap.LbnSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Losses as they come from several threads; more than can be listed are counted. */
final class LossList {
  /** As many losses as are listed. */
  static final int MOST = 1 << 18;

  private final int most;
  private final List<Loss> kept = new ArrayList<>();
  private long dropped;
  private long droppedBlocks;

  LossList(int most) {
    this.most = most;
  }

  synchronized void add(Loss loss) {
    if (kept.size() == most) {
      compact();
    }
    if (kept.size() < most) {
      kept.add(loss);
    } else {
      dropped++;
      droppedBlocks += loss.lbns().size();
    }
  }

  /** {@return the losses that are listed, by LBN, neighbours of a kind as one} */
  synchronized List<Loss> listed() {
    compact();
    return List.copyOf(kept);
  }

  /** {@return how many losses are not listed} */
  synchronized long dropped() {
    return dropped;
  }

  /** {@return the logical blocks of those that are not listed} */
  synchronized long droppedBlocks() {
    return droppedBlocks;
  }

  private void compact() {
    kept.sort(Comparator.comparingLong((Loss loss) -> loss.lbns().first()));
    int to = 0;
    for (var loss : kept) {
      if (to > 0 && continues(kept.get(to - 1), loss)) {
        kept.set(to - 1, joined(kept.get(to - 1), loss));
      } else {
        kept.set(to++, loss);
      }
    }
    kept.subList(to, kept.size()).clear();
  }

  private static boolean continues(Loss before, Loss loss) {
    long distance = before.lbns().length();
    boolean isFragment =
        loss.reason() == LossReason.BAD_FRAGMENT || loss.reason() == LossReason.NOT_COMPRESSED;
    return before.height() == Loss.NO_PAGE
        && loss.height() == Loss.NO_PAGE
        && before.reason() == loss.reason()
        && before.lbns().first() + distance == loss.lbns().first()
        && loss.pbn() == before.pbn() + (isFragment ? 0 : distance);
  }

  private static Loss joined(Loss before, Loss loss) {
    long length = before.lbns().length() + loss.lbns().length();
    return new Loss(
        LbnSet.range(before.lbns().first(), length), before.reason(), before.pbn(), Loss.NO_PAGE);
  }
}
