import path from 'node:path';
import { printProgress, Progress } from '../binary/Progress';
import { NODE_CONFIG, nodeKey, nodeLayer } from './basicImages';
import { cachedImage } from './cachedImage';
import { Image } from './Image';
import { ensureProductBundle } from './productBundle';
import { underApp } from './underApp';

const WORKER = '@backstage-arena/arena-worker';

/** How a worker starts. */
export const WORKER_CONFIG = {
  ...NODE_CONFIG,
  Entrypoint: [
    ...NODE_CONFIG.Entrypoint,
    '/app/packages/arena-worker/bin/arena',
  ],
  Cmd: ['worker'],
  Env: [...NODE_CONFIG.Env, 'NODE_ENV=production'],
  WorkingDir: '/tmp',
};

/**
 * The image that workers on Kubernetes run, as `packages/arena-worker/Dockerfile` makes it: a container without arguments is a
 * worker, other arguments are commands of `arena`. Runs as user 65532, and with a root that cannot be written to when `/tmp` can.
 *
 * @public
 */
export async function ensureWorkerImage(
  progress: Progress = printProgress,
): Promise<Image> {
  const { version, built, installed } = await ensureProductBundle(
    WORKER,
    progress,
  );
  return cachedImage({
    name: `devcluster.local/arena-worker:${version}`,
    config: {
      ...WORKER_CONFIG,
      Labels: { 'org.opencontainers.image.version': version },
    },
    key: [...(await nodeKey()), built, installed],
    progress,
    layers: async folder => [
      await nodeLayer(path.join(folder, 'node')),
      await underApp(installed, path.join(folder, 'dependencies')),
      await underApp(built, path.join(folder, 'product')),
    ],
  });
}
