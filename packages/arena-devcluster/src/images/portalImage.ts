import { copyFile, cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { printProgress, Progress } from '../binary/Progress';
import { repositoryFolder } from '../packageFolder';
import { NODE_CONFIG, nodeKey, nodeLayer } from './basicImages';
import { cachedImage } from './cachedImage';
import { Image } from './Image';
import { ensureProductBundle } from './productBundle';
import { sourceDigest } from './sourceDigest';
import { underApp } from './underApp';

const CONFIGS = ['app-config.yaml', 'app-config.production.yaml'];
const EXAMPLES = 'examples';

/** How the portal starts. */
export const PORTAL_CONFIG = {
  ...NODE_CONFIG,
  Entrypoint: [...NODE_CONFIG.Entrypoint, '--no-node-snapshot'],
  Cmd: ['packages/backend', ...CONFIGS.flatMap(file => ['--config', file])],
  Env: [...NODE_CONFIG.Env, 'NODE_ENV=production'],
  WorkingDir: '/app',
};

/**
 * The portal of this repository, as `packages/backend/Dockerfile` makes it. Its arguments are those of node: `packages/backend` and
 * files of configuration, of which `/app` has `app-config.yaml` and `app-config.production.yaml`. Runs as user 65532. The first time it
 * takes some minutes.
 *
 * @public
 */
export async function ensurePortalImage(
  progress: Progress = printProgress,
): Promise<Image> {
  const { built, installed } = await ensureProductBundle('backend', progress);
  const configs = await Promise.all(
    CONFIGS.map(file => readFile(repositoryFolder(file))),
  );
  const examples = await sourceDigest([
    { name: EXAMPLES, version: '', folder: repositoryFolder(EXAMPLES) },
  ]);
  return cachedImage({
    name: 'devcluster.local/arena-portal:1',
    config: PORTAL_CONFIG,
    key: [...(await nodeKey()), ...configs, examples, built, installed],
    progress,
    async layers(folder) {
      const product = path.join(folder, 'product');
      const layers = [
        await nodeLayer(path.join(folder, 'node')),
        await underApp(installed, path.join(folder, 'dependencies')),
        await underApp(built, product),
      ];
      for (const file of CONFIGS) {
        await copyFile(repositoryFolder(file), path.join(product, 'app', file));
      }
      await cp(
        repositoryFolder(EXAMPLES),
        path.join(product, 'app', EXAMPLES),
        { recursive: true },
      );
      return layers;
    },
  });
}
