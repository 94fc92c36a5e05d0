import { openAsBlob } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import {
  ARENA_API_VERSION,
  ArenaObject,
  SourceUpload,
} from '@backstage-arena/plugin-arena-common';
import { CliError } from '../../cli/errors';
import { Portal } from '../openPortal';

/** What is not part of a bundle: hidden files hold settings and secrets of the machine. */
const isLeftOut = (name: string) =>
  name.startsWith('.') || name === 'node_modules';

/**
 * The files of a bundle, as they are uploaded.
 *
 * @throws CliError for a folder without files, or with links
 */
export async function readBundleFiles(folder: string): Promise<SourceUpload[]> {
  const entries = await readdir(folder, {
    withFileTypes: true,
    recursive: true,
  });
  const files: SourceUpload[] = [];
  for (const entry of entries) {
    const absolute = join(entry.parentPath, entry.name);
    const path = relative(folder, absolute).split(sep);
    if (path.some(isLeftOut) || entry.isDirectory()) continue;
    if (!entry.isFile()) {
      throw new CliError(
        `'${absolute}' is neither a file nor a folder: a bundle that is uploaded has nothing else`,
      );
    }
    files.push({ path: path.join('/'), content: await openAsBlob(absolute) });
  }
  if (files.length === 0) throw new CliError(`'${folder}' has no files`);
  return files;
}

/** Makes the source that a job names, of files, for that job alone: it goes with it. */
export async function uploadBundle(
  portal: Portal,
  job: ArenaObject,
  {
    name,
    files,
    signal,
  }: { name: string; files: SourceUpload[]; signal: AbortSignal },
): Promise<void> {
  const { apiVersion, kind, metadata } = job;
  const { namespace, uid } = metadata;
  await portal.api.create(
    portal.cluster,
    {
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaSource',
      metadata: {
        name,
        namespace,
        ownerReferences: [{ apiVersion, kind, name: metadata.name, uid }],
      },
      spec: {
        type: 'workspace',
        interval: '24h',
        workspace: { path: `${namespace}/${name}` },
      },
    },
    { signal },
  );
  const address = { cluster: portal.cluster, namespace, name };
  await portal.api.uploadSource(address, files, { signal });
}
