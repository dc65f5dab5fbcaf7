package io.vdotools.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MemoryDeviceTest implements BlockDeviceContract {
  @Override
  public WritableBlockDevice numberedDeviceOf8() {
    return Patterns.numberedDevice(8);
  }

  @Test
  void aNewDeviceIsAllZerosHoweverLarge() throws DeviceException {
    MemoryDevice device = MemoryDevice.ofBlocks(Long.MAX_VALUE / 4096);

    assertThat(device.blockCount()).isEqualTo(Long.MAX_VALUE / 4096);
    assertThat(Patterns.read(device, device.blockCount() - 1)).containsOnly(0);
  }

  @Test
  void aCopyAndItsOriginalChangeIndependently() {
    MemoryDevice original = Patterns.numberedDevice(2);
    MemoryDevice copy = original.copy();

    original.put(0, Patterns.block(50));
    copy.put(1, Patterns.block(60));

    assertThat(copy.block(0)).isEqualTo(Patterns.block(0));
    assertThat(original.block(1)).isEqualTo(Patterns.block(1));
  }

  @Test
  void bytesHandedInOrOutAreNotTheDevicesOwn() {
    MemoryDevice device = MemoryDevice.ofBlocks(1);
    byte[] content = Patterns.block(1);
    device.put(0, content);

    content[0]++;
    device.block(0)[1]++;

    assertThat(device.block(0)).isEqualTo(Patterns.block(1));
  }

  @Test
  void sameContentMeansSameSizeAndSameBytes() {
    MemoryDevice device = Patterns.numberedDevice(3);
    MemoryDevice zeroed = device.copy();
    zeroed.put(1, new byte[4096]);
    MemoryDevice changed = device.copy();
    changed.put(1, Patterns.block(9));

    assertThat(device.hasSameContentAs(device.copy())).isTrue();
    assertThat(device.hasSameContentAs(zeroed)).isFalse();
    assertThat(zeroed.hasSameContentAs(device)).isFalse();
    assertThat(device.hasSameContentAs(changed)).isFalse();
    assertThat(MemoryDevice.ofBlocks(3).hasSameContentAs(MemoryDevice.ofBlocks(4))).isFalse();
  }

  @Test
  void blocksThatAreNotThereAreRefused() {
    MemoryDevice device = MemoryDevice.ofBlocks(2);

    assertThatIllegalArgumentException().isThrownBy(() -> device.block(2));
    assertThatIllegalArgumentException().isThrownBy(() -> device.put(-1, new byte[4096]));
    assertThatIllegalArgumentException().isThrownBy(() -> device.put(0, new byte[4095]));
    assertThatIllegalArgumentException().isThrownBy(() -> MemoryDevice.ofBlocks(-1));
  }
}
