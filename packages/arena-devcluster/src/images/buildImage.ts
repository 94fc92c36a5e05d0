import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../process/run';

/** What a container of an image starts as: the `config` of an OCI image. @public */
export interface ImageConfig {
  Entrypoint?: string[];
  Cmd?: string[];
  Env?: string[];
  /** Numeric (`uid:gid`), or Kubernetes cannot tell that it is not root. */
  User?: string;
  WorkingDir?: string;
  Labels?: Record<string, string>;
}

/** Options of {@link buildImage}. @public */
export interface ImageOptions {
  /** With a tag, for example `devcluster.local/pause:1`. */
  name: string;
  /** Folders, from the bottom layer to the top one. All files come to belong to root. */
  layers: string[];
  config: ImageConfig;
  /** The archive that is written. */
  file: string;
}

/** Containers must not differ by when an image was built. */
const EPOCH = '1970-01-01T00:00:00Z';

/**
 * Writes an image as an archive that `docker load` and `ctr images import` take, without a container engine. The same files give the
 * same archive, byte for byte.
 *
 * @returns the digest of the image's configuration, which is its ID
 * @public
 */
export async function buildImage(options: ImageOptions): Promise<string> {
  const { name, layers, config, file } = options;
  const work = await mkdtemp(path.join(tmpdir(), 'arena-image-'));
  try {
    const names: string[] = [];
    const diffIds: string[] = [];
    for (const [index, folder] of layers.entries()) {
      const layer = `layer-${index}.tar`;
      await pack(path.join(work, layer), folder, ['.']);
      names.push(layer);
      diffIds.push(`sha256:${await digestOfFile(path.join(work, layer))}`);
    }
    const json = JSON.stringify(imageJson(config, diffIds));
    const digest = createHash('sha256').update(json).digest('hex');
    const configName = `${digest}.json`;
    await writeFile(path.join(work, configName), json);
    await writeFile(
      path.join(work, 'manifest.json'),
      JSON.stringify([{ Config: configName, RepoTags: [name], Layers: names }]),
    );
    await pack(file, work, ['manifest.json', configName, ...names]);
    return `sha256:${digest}`;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function imageJson(config: ImageConfig, diffIds: string[]) {
  const architectures: Record<string, string> = { x64: 'amd64' };
  return {
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created: EPOCH,
    config,
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: diffIds.map(() => ({ created: EPOCH, created_by: 'arena' })),
  };
}

async function pack(file: string, folder: string, entries: string[]) {
  await run('tar', [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    // Whoever builds may keep files to himself.
    '--mode=a+rX',
    '--format=gnu',
    ...['-cf', file, '-C', folder],
    ...entries,
  ]);
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}
