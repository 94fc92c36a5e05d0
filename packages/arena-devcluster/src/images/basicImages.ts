import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { printProgress, Progress } from '../binary/Progress';
import { run } from '../process/run';
import { cachedImage } from './cachedImage';
import { Image } from './Image';
import { CERTIFICATES, copyNode, NONROOT, writeBaseFiles } from './rootfs';

const BUSYBOX = '/bin/busybox';

/** Every pod has a container of this image: it holds the pod's namespaces. */
export const PAUSE_IMAGE = 'devcluster.local/pause:1';

/** An image that does nothing. */
export async function ensurePauseImage(
  progress: Progress = printProgress,
): Promise<Image> {
  return cachedImage({
    name: PAUSE_IMAGE,
    config: { Entrypoint: [BUSYBOX, 'sleep', '2147483647'] },
    key: [await readFile(BUSYBOX)],
    progress,
    async layers(folder) {
      await mkdir(path.join(folder, 'bin'));
      await copyFile(BUSYBOX, path.join(folder, BUSYBOX));
      return [folder];
    },
  });
}

/**
 * A shell and small tools.
 *
 * @remarks
 * Its `wget` and `nc` crash, as static programs cannot look names up: use the image with Node.js for HTTP.
 *
 * @public
 */
export async function ensureBusyboxImage(
  progress: Progress = printProgress,
): Promise<Image> {
  return cachedImage({
    name: 'devcluster.local/busybox:1',
    config: { Cmd: ['/bin/sh'], Env: ['PATH=/bin'] },
    key: [await readFile(BUSYBOX)],
    progress,
    async layers(folder) {
      await writeBaseFiles(folder);
      await copyFile(BUSYBOX, path.join(folder, BUSYBOX));
      const applets = (await run(BUSYBOX, ['--list'])).trim().split('\n');
      for (const applet of applets) {
        if (applet === 'busybox') continue;
        await symlink('busybox', path.join(folder, 'bin', applet));
      }
      return [folder];
    },
  });
}

/** How programs on Node.js start in our images. */
export const NODE_CONFIG = {
  Entrypoint: ['/usr/local/bin/node'],
  Env: ['PATH=/usr/local/bin:/bin', 'HOME=/tmp'],
  User: `${NONROOT}:${NONROOT}`,
  WorkingDir: '/',
};

/** What the layer with Node.js depends on. */
export async function nodeKey(): Promise<string[]> {
  const certificates = await readFile(CERTIFICATES, 'utf8');
  return [process.version, process.arch, process.execPath, certificates];
}

/** Makes the layer with Node.js. */
export async function nodeLayer(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeBaseFiles(folder);
  await copyNode(folder);
  return folder;
}

/**
 * Node.js, the version that runs this, and nothing else. Runs as user 65532.
 *
 * @public
 */
export async function ensureNodeImage(
  progress: Progress = printProgress,
): Promise<Image> {
  return cachedImage({
    name: 'devcluster.local/node:1',
    config: NODE_CONFIG,
    key: await nodeKey(),
    progress,
    layers: async folder => [await nodeLayer(folder)],
  });
}
