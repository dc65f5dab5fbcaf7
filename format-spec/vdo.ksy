# The on-disk structures of a VDO volume, for Kaitai Struct (https://kaitai.io). Section numbers are
# those of volume.md, which says what the values mean and which of them are sound. As there, decoding
# judges nothing: apart from what is needed to go on, every bit pattern is accepted.
meta:
  id: vdo
  title: VDO (dm-vdo) volume
  endian: le
  bit-endian: le
  ks-version: 0.9

doc: |
  A volume as a whole, for volumes that were not converted to LVM (bio_offset 0). All parts are
  instances, so nothing is read that is not asked for. Data blocks, block map pages below the roots,
  and the parts of slabs have no fixed place; parse them as the types below at byte PBN * 4096.

instances:
  geometry_block:
    pos: 0
    size: 4096
    type: geometry_block
  super_block:
    pos: geometry_block.data_region.start_block * 4096
    size: 4096
    type: super_block
  block_map_roots:
    pos: super_block.block_map.root_origin * 4096
    size: 4096
    type: block_map_page
    repeat: expr
    repeat-expr: 60
  recovery_journal_blocks:
    doc: The block at index i has a sequence number of i modulo the journal's size (section 8.1).
    pos: (super_block.vdo.config.physical_blocks - 64 - super_block.vdo.config.recovery_journal_size) * 4096
    size: 4096
    type: recovery_journal_block
    repeat: expr
    repeat-expr: super_block.vdo.config.recovery_journal_size
  slab_summary:
    doc: One copy per possible physical zone. Which one counts for a slab is told in section 7.3.
    pos: (super_block.vdo.config.physical_blocks - 64) * 4096
    type: slab_summary_copy
    repeat: expr
    repeat-expr: 16

types:
  # --- Section 1: what several structures use -----------------------------------------------------

  component_header:
    doc: Section 1.3. struct packed_header.
    seq:
      - id: id
        type: u4
        enum: component_id
      - id: version
        type: version_number
      - id: size
        type: u8

  version_number:
    seq:
      - id: major_version
        type: u4
      - id: minor_version
        type: u4

  block_map_entry:
    doc: Section 1.5. struct block_map_entry, the location of a logical block or of a page.
    seq:
      - id: mapping_state
        type: b4
        doc: 0 unmapped, 1 uncompressed, 2 to 15 fragment 0 to 13.
      - id: pbn_high
        type: b4
      - id: pbn_low
        type: u4
    instances:
      pbn:
        value: (pbn_high * 0x100000000 + pbn_low).as<u8>

  journal_point:
    doc: Section 1.5. struct packed_journal_point.
    seq:
      - id: entry_count
        type: u2
      - id: sequence_number_low
        type: u4
      - id: sequence_number_high
        type: u2
    instances:
      sequence_number:
        value: (sequence_number_high * 0x100000000 + sequence_number_low).as<u8>

  # --- Section 2 ----------------------------------------------------------------------------------

  geometry_block:
    doc: Sections 2.1 and 2.2, versions 4.0 and 5.0.
    seq:
      - id: magic
        size: 8
        doc: ASCII dmvdo001.
      - id: header
        type: component_header
      - id: release_version
        type: u4
      - id: nonce
        type: u8
      - id: uuid
        size: 16
      - id: bio_offset
        type: u8
        if: header.version.major_version > 4
      - id: index_region
        type: region
      - id: data_region
        type: region
      - id: index_config
        type: index_config
      - id: checksum
        type: u4
        doc: CRC-32 with start value 0 over all bytes before it (section 1.4).
      - id: unused
        size-eos: true

  region:
    seq:
      - id: id
        type: u4
        enum: region_id
      - id: start_block
        type: u8

  index_config:
    doc: Section 2.3.
    seq:
      - id: mem
        type: s4
      - id: unused
        type: u4
      - id: sparse
        type: u1

  # --- Section 3 ----------------------------------------------------------------------------------

  super_block:
    doc: Section 3.1.
    seq:
      - id: header
        type: component_header
      - id: release_version
        type: u4
      - id: volume_version
        type: version_number
      - id: vdo
        type: vdo_component
      - id: layout
        type: layout_component
      - id: recovery_journal
        type: recovery_journal_component
      - id: slab_depot
        type: slab_depot_component
      - id: block_map
        type: block_map_component
      - id: checksum
        type: u4
        doc: CRC-32 with start value 0 over all bytes before it (section 1.4).
      - id: unused
        size-eos: true

  vdo_component:
    seq:
      - id: version
        type: version_number
      - id: state
        type: u4
        enum: volume_state
      - id: complete_recoveries
        type: u8
      - id: read_only_recoveries
        type: u8
      - id: config
        type: vdo_config
      - id: nonce
        type: u8

  vdo_config:
    seq:
      - id: logical_blocks
        type: u8
      - id: physical_blocks
        type: u8
      - id: slab_size
        type: u8
      - id: recovery_journal_size
        type: u8
      - id: slab_journal_blocks
        type: u8

  layout_component:
    seq:
      - id: header
        type: component_header
      - id: first_free
        type: u8
      - id: last_free
        type: u8
      - id: partition_count
        type: u1
      - id: partitions
        type: partition
        repeat: expr
        repeat-expr: 4
        doc: In any order (section 3.4). There is room for four, whatever partition_count says.

  partition:
    seq:
      - id: id
        type: u1
        enum: partition_id
      - id: offset
        type: u8
      - id: base
        type: u8
      - id: count
        type: u8

  recovery_journal_component:
    seq:
      - id: header
        type: component_header
      - id: journal_start
        type: u8
      - id: logical_blocks_used
        type: u8
      - id: block_map_data_blocks
        type: u8

  slab_depot_component:
    seq:
      - id: header
        type: component_header
      - id: slab_config
        type: slab_config
      - id: first_block
        type: u8
      - id: last_block
        type: u8
      - id: zone_count
        type: u1

  slab_config:
    seq:
      - id: slab_blocks
        type: u8
      - id: data_blocks
        type: u8
      - id: reference_count_blocks
        type: u8
      - id: slab_journal_blocks
        type: u8
      - id: slab_journal_flushing_threshold
        type: u8
      - id: slab_journal_blocking_threshold
        type: u8
      - id: slab_journal_scrubbing_threshold
        type: u8

  block_map_component:
    seq:
      - id: header
        type: component_header
      - id: flat_page_origin
        type: u8
      - id: flat_page_count
        type: u8
      - id: root_origin
        type: u8
      - id: root_count
        type: u8

  # --- Section 5 ----------------------------------------------------------------------------------

  block_map_page:
    doc: Section 5.1, version 4.1. struct block_map_page.
    seq:
      - id: version
        type: version_number
      - id: nonce
        type: u8
      - id: pbn
        type: u8
      - id: unused_long_word
        type: u8
      - id: initialized
        type: u1
      - id: unused_byte1
        type: u1
      - id: unused_byte2
        type: u1
      - id: unused_byte3
        type: u1
      - id: entries
        type: block_map_entry
        repeat: expr
        repeat-expr: 812

  # --- Section 6 ----------------------------------------------------------------------------------

  reference_block:
    doc: Section 6.3. struct packed_reference_block.
    seq:
      - id: sectors
        type: reference_sector
        repeat: expr
        repeat-expr: 8

  reference_sector:
    seq:
      - id: commit_point
        type: journal_point
      - id: counts
        type: u1
        repeat: expr
        repeat-expr: 504

  slab_journal_block:
    doc: Section 6.5. struct packed_slab_journal_block.
    seq:
      - id: head
        type: u8
      - id: sequence_number
        type: u8
      - id: recovery_point
        type: journal_point
      - id: nonce
        type: u8
      - id: metadata_type
        type: u1
        enum: metadata_type
      - id: has_block_map_increments
        type: u1
      - id: entry_count
        type: u2
      - id: payload
        size: 4060
        type:
          switch-on: has_block_map_increments
          cases:
            0: 'slab_journal_payload(entry_count < 1353 ? entry_count : 1353)'
            _: 'full_slab_journal_payload(entry_count < 1299 ? entry_count : 1299)'

  slab_journal_payload:
    doc: Data entries only.
    params:
      - id: num_entries
        type: u2
    seq:
      - id: entries
        type: slab_journal_entry
        repeat: expr
        repeat-expr: num_entries
      - id: unused
        size-eos: true

  full_slab_journal_payload:
    doc: Data and block map entries.
    params:
      - id: num_entries
        type: u2
    seq:
      - id: entry_area
        size: 3 * 1299
        type: slab_journal_payload(num_entries)
      - id: is_block_map_increment
        type: b1
        repeat: expr
        repeat-expr: 8 * 163
        doc: One bit per entry; those from entry_count on mean nothing.

  slab_journal_entry:
    doc: struct packed_slab_journal_entry.
    seq:
      - id: sbn
        type: b23
      - id: is_increment
        type: b1

  # --- Section 7 ----------------------------------------------------------------------------------

  slab_summary_copy:
    doc: Section 7.3. Four blocks.
    seq:
      - id: entries
        type: slab_summary_entry
        repeat: expr
        repeat-expr: 8192

  slab_summary_entry:
    doc: Section 7.1. struct slab_summary_entry.
    seq:
      - id: tail_block_offset
        type: u1
      - id: fullness_hint
        type: b6
      - id: load_ref_counts
        type: b1
      - id: is_dirty
        type: b1

  # --- Section 8 ----------------------------------------------------------------------------------

  recovery_journal_block:
    doc: Section 8.2. struct packed_journal_header, then seven sectors of entries.
    seq:
      - id: block_map_head
        type: u8
      - id: slab_journal_head
        type: u8
      - id: sequence_number
        type: u8
      - id: nonce
        type: u8
      - id: metadata_type
        type: u1
        enum: metadata_type
      - id: entry_count
        type: u2
      - id: logical_blocks_used
        type: u8
      - id: block_map_data_blocks
        type: u8
      - id: check_byte
        type: u1
      - id: recovery_count
        type: u1
      - id: unused
        size: 512 - 53
      - id: sectors
        size: 512
        type:
          switch-on: metadata_type
          cases:
            'metadata_type::recovery_journal_1': recovery_journal_sector(46)
            'metadata_type::recovery_journal_2': recovery_journal_sector(31)
        repeat: expr
        repeat-expr: 7

  recovery_journal_sector:
    doc: Section 8.3. struct packed_journal_sector. Sector 7 of the old format holds 35 entries at most.
    params:
      - id: capacity
        type: u1
    seq:
      - id: check_byte
        type: u1
      - id: recovery_count
        type: u1
      - id: entry_count
        type: u1
      - id: entries
        type:
          switch-on: capacity
          cases:
            46: recovery_journal_entry_1
            _: recovery_journal_entry
        repeat: expr
        repeat-expr: 'entry_count < capacity ? entry_count : capacity'
      - id: unused
        size-eos: true

  recovery_journal_entry:
    doc: Section 8.4, current format. struct packed_recovery_journal_entry.
    seq:
      - id: slot
        type: recovery_journal_slot
      - id: mapping
        type: block_map_entry
      - id: unmapping
        type: block_map_entry
    instances:
      operation:
        value: slot.operation_bits
        enum: journal_operation

  recovery_journal_entry_1:
    doc: Section 8.4, old format (V1). struct packed_recovery_journal_entry_1.
    seq:
      - id: slot
        type: recovery_journal_slot
      - id: mapping
        type: block_map_entry
        doc: The new location in an increment, the old one in a decrement.
    instances:
      operation:
        value: slot.operation_bits
        enum: journal_operation_1

  recovery_journal_slot:
    doc: The operation, and the place it changes.
    seq:
      - id: operation_bits
        type: b2
      - id: slot
        type: b10
      - id: page_pbn_high
        type: b4
      - id: page_pbn_low
        type: u4
    instances:
      page_pbn:
        value: (page_pbn_high * 0x100000000 + page_pbn_low).as<u8>

  # --- Section 9 ----------------------------------------------------------------------------------

  compressed_block:
    doc: |
      Section 9. struct compressed_block. Fragment k is sizes[k] bytes of data, after all fragments
      before it, and one bare LZ4 block.
    seq:
      - id: version
        type: version_number
      - id: sizes
        type: u2
        repeat: expr
        repeat-expr: 14
      - id: data
        size: 4060

enums:
  component_id:
    0: super_block
    1: layout
    2: recovery_journal
    3: slab_depot
    4: block_map
    5: geometry_block
  region_id:
    0: index
    1: data
  partition_id:
    0: block_map
    1: slab_depot
    2: recovery_journal
    3: slab_summary
  volume_state:
    0: dirty
    1: new
    2: clean
    3: read_only_mode
    4: force_rebuild
    5: recovering
    6: replaying
    7: rebuild_for_upgrade
  metadata_type:
    1: recovery_journal_1
    2: slab_journal
    3: recovery_journal_2
  journal_operation:
    0: data_remapping
    1: block_map_remapping
  journal_operation_1:
    0: data_decrement
    1: data_increment
    2: block_map_decrement
    3: block_map_increment
