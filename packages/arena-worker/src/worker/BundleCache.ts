import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli/errors';
import { unpackArchive } from '../archive/unpackArchive';
import { unpackOnce } from '../archive/unpackOnce';
import { ProtocolClient } from './ProtocolClient';
import { WorkerLogger } from './WorkerLogger';

export interface BundleCacheOptions {
  client: ProtocolClient;
  logger: WorkerLogger;
  directory: string;
  /** Ends a download that nobody waits for any more. */
  signal?: AbortSignal;
}

/**
 * Bundles by digest in a folder that several workers may share. A bundle appears under its name at once and whole, after its
 * digest was verified.
 */
export class BundleCache {
  readonly #options: BundleCacheOptions;

  constructor(options: BundleCacheOptions) {
    this.#options = options;
  }

  /** @returns the folder of the unpacked bundle */
  async get(digest: string): Promise<string> {
    const match = /^sha256:([0-9a-f]{64})$/.exec(digest);
    if (!match) {
      throw new CliError(
        `The run pins its bundle as '${digest}': allowed is sha256:<64 hexadecimal digits>`,
      );
    }
    const { directory, logger } = this.#options;
    const bundle = join(directory, match[1]);
    await unpackOnce(bundle, async ({ content, temporary }) => {
      const archive = join(temporary, 'bundle.tar.gz');
      await this.#download(archive, digest);
      await unpackArchive(archive, content);
      logger.info('The bundle is here', { digest });
    });
    return bundle;
  }

  async #download(path: string, digest: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#fetchTo(path);
      const actual = await digestOfFile(path);
      if (actual === digest) return;
      await rm(path, { force: true });
      const message = `The bundle has the digest ${actual}, the run pins ${digest}`;
      if (attempt === 2) throw new CliError(message);
      this.#options.logger.warn(message);
    }
  }

  /** A download that breaks off goes on where it stopped. */
  async #fetchTo(path: string): Promise<void> {
    await this.#options.client.request(
      {
        method: 'GET',
        path: '/bundle',
        // Looked at anew for each try.
        headers: async (): Promise<Record<string, string>> => {
          const have = (await sizeOf(path)) ?? 0;
          return have > 0 ? { range: `bytes=${have}-` } : {};
        },
        // The file is whole already: there is nothing behind its end.
        alsoFine: [416],
        signal: this.#options.signal,
      },
      async response => {
        const have = (await sizeOf(path)) ?? 0;
        if (response.statusCode === 416) {
          await response.body.dump();
          return;
        }
        const range = String(response.headers['content-range'] ?? '');
        const resumes =
          response.statusCode === 206 && range.startsWith(`bytes ${have}-`);
        await pipeline(
          response.body,
          createWriteStream(path, { flags: resumes ? 'a' : 'w' }),
        );
      },
    );
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  const info = await stat(path).catch(() => undefined);
  return info?.size;
}

export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}
