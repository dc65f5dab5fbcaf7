package io.vdotools.xml;

import io.vdotools.bytes.Bytes;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.GeometryFormat;
import io.vdotools.format.IndexConfig;
import io.vdotools.format.LayoutComponent;
import io.vdotools.format.Partition;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoConfig;
import io.vdotools.format.VersionNumber;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.SuperBlockFields;
import java.util.ArrayList;

/** Geometry and super block out of elements. */
final class HeaderReader {
  private static final int BYTE = 0xff;

  private HeaderReader() {}

  static GeometryFields geometry(Element element, ElementSource source) throws XmlException {
    var version = version(element, Names.VERSION);
    GeometryFormat format;
    if (version.equals(GeometryFormat.V4.version())) {
      format = GeometryFormat.V4;
    } else if (version.equals(GeometryFormat.V5.version())) {
      format = GeometryFormat.V5;
    } else {
      throw element.fault("geometry version " + version + " is neither 4.0 nor 5.0");
    }
    long release = element.word(Names.RELEASE_VERSION);
    long nonce = element.number(Names.NONCE);
    var uuid = element.uuid(Names.UUID);
    long offset = element.number(Names.BIO_OFFSET);
    long indexStart = element.number(Names.INDEX_START);
    long dataStart = element.number(Names.DATA_START);
    int used =
        (format == GeometryFormat.V4 ? GeometryBlock.STRUCT_4 : GeometryBlock.STRUCT_5).sizeBytes();
    var unused = unused(element, used);
    element.end();
    var index = XmlReader.expect(source, Names.INDEX, Names.GEOMETRY);
    var config =
        new IndexConfig(
            index.signed(Names.MEMORY), index.word(Names.UNUSED), index.small(Names.SPARSE, BYTE));
    XmlReader.empty(index, source);
    close(source, Names.GEOMETRY);
    return new GeometryFields(
        format, release, nonce, uuid, offset, indexStart, dataStart, config, unused);
  }

  static SuperBlockFields superBlock(Element element, ElementSource source) throws XmlException {
    long release = element.word(Names.RELEASE_VERSION);
    var volumeVersion = version(element, Names.VOLUME_VERSION);
    var componentVersion = version(element, Names.COMPONENT_VERSION);
    long state = state(element);
    long complete = element.number(Names.COMPLETE_RECOVERIES);
    long readOnly = element.number(Names.READ_ONLY_RECOVERIES);
    long nonce = element.number(Names.NONCE);
    var unused = unused(element, SuperBlock.STRUCT.sizeBytes());
    element.end();
    var config = config(source);
    var layout = layout(source);
    var journal = journal(source);
    var depot = depot(source);
    var roots = roots(source);
    close(source, Names.SUPER_BLOCK);
    return new SuperBlockFields(
        release,
        volumeVersion,
        componentVersion,
        state,
        complete,
        readOnly,
        config,
        nonce,
        layout,
        journal,
        depot,
        roots,
        unused);
  }

  private static VdoConfig config(ElementSource source) throws XmlException {
    var element = XmlReader.expect(source, Names.CONFIG, Names.SUPER_BLOCK);
    var config =
        new VdoConfig(
            element.number(Names.LOGICAL_BLOCKS),
            element.number(Names.PHYSICAL_BLOCKS),
            element.number(Names.SLAB_BLOCKS),
            element.number(Names.RECOVERY_JOURNAL_BLOCKS),
            element.number(Names.SLAB_JOURNAL_BLOCKS));
    XmlReader.empty(element, source);
    return config;
  }

  private static SuperBlockFields.Layout layout(ElementSource source) throws XmlException {
    var element = XmlReader.expect(source, Names.LAYOUT, Names.SUPER_BLOCK);
    long firstFree = element.number(Names.FIRST_FREE);
    long lastFree = element.number(Names.LAST_FREE);
    element.end();
    var partitions = new ArrayList<Partition>();
    for (int i = 0; i < LayoutComponent.PARTITION_COUNT; i++) {
      var partition = XmlReader.expect(source, Names.PARTITION, Names.LAYOUT);
      int id =
          (int) partition.code(Names.ID, LayoutComponent.PARTITION_COUNT, Names::ofPartition, BYTE);
      partitions.add(
          new Partition(
              id,
              partition.number(Names.FIRST_PBN),
              partition.number(Names.BASE),
              partition.number(Names.BLOCKS)));
      XmlReader.empty(partition, source);
    }
    close(source, Names.LAYOUT);
    return new SuperBlockFields.Layout(firstFree, lastFree, partitions);
  }

  private static SuperBlockFields.JournalState journal(ElementSource source) throws XmlException {
    var element = XmlReader.expect(source, Names.JOURNAL_STATE, Names.SUPER_BLOCK);
    var journal =
        new SuperBlockFields.JournalState(
            element.number(Names.JOURNAL_START),
            element.number(Names.LOGICAL_BLOCKS_USED),
            element.number(Names.BLOCK_MAP_DATA_BLOCKS));
    XmlReader.empty(element, source);
    return journal;
  }

  private static SuperBlockFields.Depot depot(ElementSource source) throws XmlException {
    var element = XmlReader.expect(source, Names.SLAB_DEPOT, Names.SUPER_BLOCK);
    var depot =
        new SuperBlockFields.Depot(
            new SlabConfig(
                element.number(Names.SLAB_BLOCKS),
                element.number(Names.DATA_BLOCKS),
                element.number(Names.REFERENCE_COUNT_BLOCKS),
                element.number(Names.SLAB_JOURNAL_BLOCKS),
                element.number(Names.FLUSHING_THRESHOLD),
                element.number(Names.BLOCKING_THRESHOLD),
                element.number(Names.SCRUBBING_THRESHOLD)),
            element.number(Names.FIRST_PBN),
            element.number(Names.END_PBN),
            element.small(Names.ZONES, BYTE));
    XmlReader.empty(element, source);
    return depot;
  }

  private static SuperBlockFields.BlockMapRoots roots(ElementSource source) throws XmlException {
    var element = XmlReader.expect(source, Names.ROOTS, Names.SUPER_BLOCK);
    var roots =
        new SuperBlockFields.BlockMapRoots(
            element.number(Names.FLAT_PAGE_ORIGIN),
            element.number(Names.FLAT_PAGES),
            element.number(Names.FIRST_PBN),
            element.number(Names.TREES));
    XmlReader.empty(element, source);
    return roots;
  }

  private static void close(ElementSource source, String name) throws XmlException {
    var more = source.next();
    if (more != null) {
      throw XmlReader.unknown(more, source, name);
    }
  }

  private static VersionNumber version(Element element, String attribute) throws XmlException {
    String text = element.text(attribute);
    int dot = text.indexOf('.');
    if (dot > 0 && text.length() <= 21) {
      String major = text.substring(0, dot);
      String minor = text.substring(dot + 1);
      if (isWord(major) && isWord(minor)) {
        return new VersionNumber(Long.parseLong(major), Long.parseLong(minor));
      }
    }
    throw element.fault("attribute '" + attribute + "' is no version such as 5.0");
  }

  private static boolean isWord(String digits) {
    return !digits.isEmpty()
        && digits.length() <= 10
        && digits.chars().allMatch(c -> c >= '0' && c <= '9')
        && Long.parseLong(digits) <= 0xffff_ffffL;
  }

  private static long state(Element element) throws XmlException {
    int states = VolumeState.values().length - 1;
    return element.code(Names.STATE, states, code -> Names.of(VolumeState.of(code)), 0xffff_ffffL);
  }

  private static Bytes unused(Element element, int used) throws XmlException {
    var bytes = element.bytes(Names.UNUSED_BYTES);
    int most = BlockSize.BLOCK - used;
    if (bytes.length() > most) {
      throw element.fault("%d unused bytes where a block has %d".formatted(bytes.length(), most));
    }
    byte[] all = bytes.toArray();
    if (all.length > 0 && all[all.length - 1] == 0) {
      throw element.fault("unused bytes end with zeros, which are to be left out");
    }
    return bytes;
  }
}
