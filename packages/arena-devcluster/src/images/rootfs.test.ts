import { librariesIn } from './rootfs';

describe('librariesIn', () => {
  it('should find what a program is linked to, the loader included', () => {
    expect(
      librariesIn(
        [
          '\tlinux-vdso.so.1 (0x00007ffd)',
          '\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f)',
          '\t/lib64/ld-linux-x86-64.so.2 (0x00007f)',
          '',
        ].join('\n'),
      ),
    ).toEqual([
      '/lib/x86_64-linux-gnu/libdl.so.2',
      '/lib64/ld-linux-x86-64.so.2',
    ]);
  });
});
