import { ArenaObject, ArenaSource } from '@backstage-arena/plugin-arena-common';
import {
  FetchedSource,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { safePath } from '../staging/safePath';
import { stagedArchive } from '../staging/stagedArchive';
import { revisionOf } from '../workspace/revisionOf';
import { DEFAULT_WORKSPACE_LIMITS } from '../workspace/WorkspaceLimits';
import { ConfigMapReader } from './ConfigMapReader';

/** Takes the keys of a ConfigMap as the files of a bundle; `__` in a key stands for a slash. */
export class ConfigMapFetcher implements SourceFetcher {
  readonly type = 'configmap';
  readonly #reader: ConfigMapReader;
  readonly #temporaryDirectory: string;

  constructor(options: {
    reader: ConfigMapReader;
    temporaryDirectory: string;
  }) {
    this.#reader = options.reader;
    this.#temporaryDirectory = options.temporaryDirectory;
  }

  async fetch(
    object: ArenaObject,
    options: { signal: AbortSignal },
  ): Promise<FetchedSource> {
    const { spec, metadata } = object as ArenaSource;
    const { signal } = options;
    const { name } = spec.configMap!;
    const key = { namespace: metadata.namespace, name };
    const values = await this.#reader.read(key, { signal });
    if (!values) {
      throw new SourceFetchError(
        'PathNotFound',
        `spec.configMap.name: Not found: "${name}": there is no such ConfigMap in namespace ${
          key.namespace
        }${this.#reader.whereIs(key)}`,
      );
    }
    const files = filesOf(values);
    if (files.length === 0) {
      throw new SourceFetchError('Empty', `ConfigMap ${name} has no keys`);
    }
    return {
      // Not its resourceVersion, which changes with labels and managed fields as well.
      revision: revisionOf(
        files.map(({ path, content }) => ({
          path,
          sha256: createHash('sha256').update(content).digest('hex'),
          executable: false,
        })),
      ),
      archive: stagedArchive({
        temporaryDirectory: this.#temporaryDirectory,
        limits: DEFAULT_WORKSPACE_LIMITS,
        signal,
        fill: async folder => {
          for (const { path, content } of files) {
            await folder.addFile(path, content, { signal });
          }
        },
      }),
    };
  }
}

function filesOf(
  values: Record<string, string | Buffer>,
): Array<{ path: string; content: Buffer }> {
  const files = new Map<string, Buffer>();
  for (const key of Object.keys(values).sort()) {
    const path = safePath(key.replaceAll('__', '/'));
    if (files.has(path)) {
      throw new SourceFetchError(
        'UnsafePath',
        `Two keys of the ConfigMap stand for the file "${path}"`,
      );
    }
    files.set(path, Buffer.from(values[key] as string));
  }
  return [...files].map(([path, content]) => ({ path, content }));
}
