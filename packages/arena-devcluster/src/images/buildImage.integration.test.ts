import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../process/run';
import { buildImage } from './buildImage';

describe('buildImage', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'arena-image-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function build(name: string) {
    const rootfs = path.join(folder, name);
    await mkdir(path.join(rootfs, 'private'), { recursive: true, mode: 0o700 });
    await writeFile(path.join(rootfs, 'private', 'file'), 'content', {
      mode: 0o600,
    });
    const file = path.join(folder, `${name}.tar`);
    const config = { Entrypoint: ['/bin/x'], User: '65532:65532' };
    const id = await buildImage({
      ...{ name: 'devcluster.local/x:1', layers: [rootfs], config, file },
    });
    return { id, file, rootfs };
  }

  it('should make the same bytes of the same files', async () => {
    const first = await build('first');
    await utimes(path.join(folder, 'first', 'private', 'file'), 1, 1);
    const second = await build('second');
    expect(second.id).toBe(first.id);
    expect(
      (await readFile(second.file)).equals(await readFile(first.file)),
    ).toBe(true);
  });

  it('should describe the image, and let its user read it', async () => {
    const { file, id } = await build('image');
    const read = (name: string) => run('tar', ['xOf', file, name]);
    const [manifest] = JSON.parse(await read('manifest.json'));
    expect(manifest.RepoTags).toEqual(['devcluster.local/x:1']);
    expect(`sha256:${manifest.Config}`).toBe(`${id}.json`);
    const image = JSON.parse(await read(manifest.Config));
    expect(image.config).toEqual({
      Entrypoint: ['/bin/x'],
      User: '65532:65532',
    });
    await run('tar', ['xf', file, '-C', folder, 'layer-0.tar']);
    const [digest] = (
      await run('sha256sum', [path.join(folder, 'layer-0.tar')])
    ).split(' ');
    expect(image.rootfs.diff_ids).toEqual([`sha256:${digest}`]);
    const list = await run('tar', ['tvf', path.join(folder, 'layer-0.tar')]);
    expect(list).toMatch(/^drwxr-xr-x 0\/0 .* \.\/private\/$/m);
    expect(list).toMatch(/^-rw-r--r-- 0\/0 .* \.\/private\/file$/m);
  });
});
