import { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { Clock } from '../time/Clock';
import { SnapshotReferences } from './SnapshotGarbageCollector';

/** Options of {@link UnpackedBundles}. */
export interface UnpackedBundlesOptions {
  /** Of this host alone. */
  directory: string;
  /** Bundles of the runs that are open: their workers may read them at any time. */
  inUse: SnapshotReferences;
  clock: Clock;
  logger: LoggerService;
  /** A bundle that was asked for later than this ago stays. Default one day. */
  graceMs?: number;
}

const DEFAULT_GRACE_MS = 24 * 3_600_000;
const INTERVAL_MS = 3_600_000;
/** In the names of those that are being deleted. */
const DOOMED = '.deleted-';

/**
 * Bundles as folders, by digest, on the disk of this host: the process that plans a run unpacks one, and the local workers of the
 * run find it there.
 */
export class UnpackedBundles {
  readonly directory: string;
  readonly #options: UnpackedBundlesOptions;
  readonly #loop: BackgroundLoop;

  constructor(options: UnpackedBundlesOptions) {
    this.#options = options;
    this.directory = options.directory;
    this.#loop = new BackgroundLoop({
      name: 'Deleting unpacked bundles that no run needs',
      intervalMs: INTERVAL_MS,
      logger: options.logger,
      run: async () => {
        await this.prune();
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** Where the bundle is, or is to be, and notes that it is needed. */
  async locate(digest: string): Promise<{ path: string; exists: boolean }> {
    const [, name] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
    if (!name) {
      throw new InputError(
        `Invalid digest '${digest}': allowed is sha256:<64 hexadecimal digits>`,
      );
    }
    const path = join(this.directory, name);
    const now = this.#options.clock.now();
    try {
      await utimes(path, now, now);
      return { path, exists: true };
    } catch (error) {
      if (isMissing(error)) return { path, exists: false };
      throw error;
    }
  }

  /** Deletes what was not asked for in a while and no open run needs, and what a killed process left half done. */
  async prune(): Promise<void> {
    const { clock, inUse, graceMs = DEFAULT_GRACE_MS } = this.#options;
    const before = clock.now().getTime() - graceMs;
    const used = new Set<string>();
    for await (const digest of inUse()) used.add(digest);
    for (const name of await this.#names()) {
      const path = join(this.directory, name);
      const info = await stat(path).catch(() => undefined);
      if (!info || info.mtimeMs > before || used.has(`sha256:${name}`)) {
        continue;
      }
      // Gone under its name at once: half of a bundle must never be taken for one.
      const doomed = name.includes(DOOMED)
        ? path
        : `${path}${DOOMED}${randomBytes(4).toString('hex')}`;
      if (doomed !== path) await rename(path, doomed);
      await rm(doomed, { recursive: true, force: true });
    }
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.directory);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
