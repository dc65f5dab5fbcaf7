package io.vdotools.engine.metadata;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.zones.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The block map pages that one logical zone has in memory (format-spec, section 5).
 *
 * <p>Roots and interior pages stay; of the leaf pages as many as the cache is large, and as many
 * more as are in use.
 */
final class PageCache {
  // How many pages are looked at to find one that can go.
  private static final int LOOKS = 16;

  private final Environment environment;
  private final Section section;
  private final PageWriter writer;
  private final int capacity;
  private final Map<Long, CachedPage> interior = new LinkedHashMap<>();
  private final LinkedHashMap<Long, CachedPage> leaves = new LinkedHashMap<>(64, 0.75f, true);

  /**
   * @param environment the engine's
   * @param section the zone's
   * @param writer writes pages that must go
   * @param capacity how many leaf pages to keep, at least 1
   */
  PageCache(Environment environment, Section section, PageWriter writer, int capacity) {
    this.environment = environment;
    this.section = section;
    this.writer = writer;
    this.capacity = capacity;
  }

  /** Gives a page to a waiter, at once if it is in memory. */
  void get(long pbn, boolean isLeaf, CachedPage.Waiter waiter) {
    var pages = isLeaf ? leaves : interior;
    var page = pages.get(pbn);
    if (page == null) {
      page = new CachedPage(pbn, isLeaf);
      pages.put(pbn, page);
      makeRoom();
      load(page);
    }
    if (page.isLoaded()) {
      waiter.loaded(page, null);
    } else {
      page.waiters().add(waiter);
    }
  }

  /** Adds a page that is new, and therefore empty, whatever the disk holds there. */
  void addNew(long pbn, boolean isLeaf) {
    var page = new CachedPage(pbn, isLeaf);
    page.view().format(environment.nonce(), pbn);
    page.setLoaded(false);
    (isLeaf ? leaves : interior).put(pbn, page);
  }

  private void load(CachedPage page) {
    environment.disk().read(page.pbn(), page.bytes(), section, error -> loaded(page, error));
  }

  private void loaded(CachedPage page, @Nullable VdoException error) {
    var failure = error == null ? judge(page) : unreadable(page, error);
    List<CachedPage.Waiter> waiters = new ArrayList<>(page.waiters());
    page.waiters().clear();
    if (failure != null) {
      (page.isLeaf() ? leaves : interior).remove(page.pbn());
    }
    waiters.forEach(waiter -> waiter.loaded(page, failure));
  }

  /** Takes what was read for what it is; {@return why the page cannot be used}. */
  private @Nullable EngineException judge(CachedPage page) {
    switch (page.view().validity(environment.nonce(), page.pbn())) {
      case VALID -> page.setLoaded(true);
      case INVALID -> {
        page.view().format(environment.nonce(), page.pbn());
        page.setLoaded(false);
      }
      case BAD -> {
        // The driver puts an empty page in its place if it is no leaf; that would lose mappings.
        var error =
            new EngineException(
                EngineException.Kind.CORRUPT_METADATA,
                "block map page at PBN "
                    + page.pbn()
                    + " says it belongs at PBN "
                    + page.view().pbn()
                    + "; see vdo_check");
        environment.readOnly().enter(error);
        return error;
      }
    }
    return null;
  }

  private EngineException unreadable(CachedPage page, VdoException cause) {
    var error =
        new EngineException(
            EngineException.Kind.READ_FAILED,
            "cannot read block map page at PBN " + page.pbn() + ": " + cause.getMessage(),
            cause);
    if (page.isLeaf()) {
      environment.readOnly().enter(error);
    }
    return error;
  }

  private void makeRoom() {
    if (leaves.size() <= capacity) {
      return;
    }
    var oldest = leaves.values().iterator();
    for (int i = 0; i < LOOKS && oldest.hasNext() && leaves.size() > capacity; i++) {
      var page = oldest.next();
      if (page.isDispensable()) {
        oldest.remove();
      } else {
        writer.writeSoon(page);
      }
    }
  }
}
