import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { digestOf } from '../binary/digestOf';
import { ensureBuilt } from '../binary/ensureBuilt';
import { Progress } from '../binary/Progress';
import { userCache } from '../binary/userCache';
import { buildImage, ImageConfig } from './buildImage';
import { Image } from './Image';

/** Changes when images are made in another way from the same things. */
const FORMAT = '2';

/** Options of {@link cachedImage}. */
export interface CachedImageOptions {
  name: string;
  config: ImageConfig;
  /** Everything that the layers are made of. */
  key: ReadonlyArray<string | Buffer>;
  /** Makes the layers, in folders of their own in a temporary folder or anywhere else, from the bottom to the top. */
  layers: (folder: string) => Promise<string[]>;
  progress: Progress;
}

/** An image that is built when what it is made of has changed. */
export async function cachedImage(options: CachedImageOptions): Promise<Image> {
  const { name, config, key, layers, progress } = options;
  const digest = digestOf([FORMAT, name, JSON.stringify(config), ...key]);
  const short = path.posix.basename(name).replace(':', '-');
  const file = await ensureBuilt({
    target: userCache('images', `${short}-${digest}.tar`),
    what: `image ${name}`,
    replaces: `${short}-`,
    progress,
    async build(part) {
      const folder = await mkdtemp(path.join(tmpdir(), 'arena-rootfs-'));
      try {
        await buildImage({
          name,
          layers: await layers(folder),
          config,
          file: part,
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  });
  return { name, file };
}
