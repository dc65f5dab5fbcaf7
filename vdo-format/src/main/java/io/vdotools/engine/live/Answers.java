package io.vdotools.engine.live;

import io.vdotools.engine.EngineException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The answers that a volume owes: once it has stopped, whoever waits for one is told so. */
final class Answers {
  private final Set<Answer> owed = ConcurrentHashMap.newKeySet();
  private volatile @Nullable EngineException reason;

  /** {@return an answer that will be given} */
  Answer owe() {
    var answer = new Answer(this);
    owed.add(answer);
    // Looked at after adding: either this sees the reason, or the one who gives it sees the answer.
    var why = reason;
    if (why != null) {
      answer.of(why);
    }
    return answer;
  }

  void isGiven(Answer answer) {
    owed.remove(answer);
  }

  /** Gives all answers that are still owed, and all later ones: they fail. */
  void end(EngineException why) {
    reason = why;
    List.copyOf(owed).forEach(answer -> answer.of(why));
  }
}
