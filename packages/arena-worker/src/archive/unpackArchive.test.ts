import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packEntries, TarEntry } from '../__testUtils__/packBundle';
import { unpackArchive, UnpackLimits } from './unpackArchive';

describe('unpackArchive', () => {
  let folder: string;
  let target: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'unpack-test-'));
    target = join(folder, 'target');
    mkdirSync(target);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function unpack(entries: TarEntry[], limits?: UnpackLimits) {
    const archive = join(folder, 'archive.tar.gz');
    writeFileSync(archive, await packEntries(entries));
    await unpackArchive(archive, target, limits);
  }

  it('writes files and folders, and links that stay inside', async () => {
    await unpack([
      { name: './a/b/file.txt', content: 'hello', mode: 0o4777 },
      { name: 'empty/', type: 'directory' },
      { name: 'a/link', type: 'symlink', linkname: 'b' },
      { name: 'hard', type: 'link', linkname: 'a/b/file.txt' },
    ]);
    expect(readFileSync(join(target, 'a/b/file.txt'), 'utf8')).toBe('hello');
    expect(readFileSync(join(target, 'a/link/file.txt'), 'utf8')).toBe('hello');
    expect(readFileSync(join(target, 'hard'), 'utf8')).toBe('hello');
    expect(statSync(join(target, 'a/b/file.txt')).mode & 0o7777).toBe(
      0o755 & ~process.umask(),
    );
    expect(lstatSync(join(target, 'empty')).isDirectory()).toBe(true);
  });

  it.each<[string, TarEntry[]]>([
    ['a parent folder', [{ name: '../evil', content: 'x' }]],
    ['a parent folder further down', [{ name: 'a/../../evil', content: 'x' }]],
    ['an absolute name', [{ name: '/tmp/evil', content: 'x' }]],
    ['a name of Windows', [{ name: '..\\evil', content: 'x' }]],
    [
      'a link out',
      [{ name: 'link', type: 'symlink', linkname: '../../etc/passwd' }],
    ],
    [
      'an absolute link',
      [{ name: 'link', type: 'symlink', linkname: '/etc/passwd' }],
    ],
    [
      'a hard link out',
      [{ name: 'link', type: 'link', linkname: '../archive.tar.gz' }],
    ],
    [
      'a link to nothing',
      [{ name: 'link', type: 'symlink', linkname: 'nothing' }],
    ],
    [
      'a link that only leads out through another one',
      [
        { name: 'deep/x/file', content: 'x' },
        { name: 'deep/x/up', type: 'symlink', linkname: '../..' },
        { name: 'out', type: 'symlink', linkname: 'deep/x/up/..' },
      ],
    ],
    ['a device', [{ name: 'device', type: 'character-device' }]],
    ['a pipe', [{ name: 'pipe', type: 'fifo' }]],
  ])('refuses %s', async (_, entries) => {
    await expect(unpack(entries)).rejects.toThrow(/^The archive/);
    expect(existsSync(join(folder, 'evil'))).toBe(false);
  });

  it('writes nothing through a link', async () => {
    mkdirSync(join(folder, 'outside'));
    await expect(
      unpack([
        { name: 'door', type: 'symlink', linkname: '../outside' },
        { name: 'door/file', content: 'x' },
        { name: 'door/link', type: 'symlink', linkname: 'file' },
      ]),
    ).rejects.toThrow(/^The archive/);
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });

  it('stops at its limits', async () => {
    const zeros = 'x'.repeat(10_000);
    await expect(
      unpack(
        [
          { name: 'a', content: zeros },
          { name: 'b', content: zeros },
        ],
        { maxBytes: 15_000 },
      ),
    ).rejects.toThrow('The archive unpacks to more than 15000 bytes');
    await expect(
      unpack(
        [
          { name: 'a', content: '' },
          { name: 'b', content: '' },
        ],
        { maxEntries: 1 },
      ),
    ).rejects.toThrow('The archive has more than 1 entries');
  });

  it('says so when the archive is damaged', async () => {
    const whole = await packEntries([{ name: 'a', content: 'x'.repeat(9999) }]);
    const archive = join(folder, 'damaged');
    for (const content of [
      Buffer.from('no archive'),
      whole.subarray(0, whole.length - 20),
    ]) {
      writeFileSync(archive, content);
      await expect(unpackArchive(archive, target)).rejects.toThrow(
        /^The archive cannot be unpacked/,
      );
    }
  });
});
