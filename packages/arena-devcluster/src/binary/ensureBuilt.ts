import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { lock } from 'proper-lockfile';
import { Progress } from './Progress';

/** After so long without a sign of life the owner of a lock is dead. */
const STALE_MS = 15_000;
const SIGN_OF_LIFE_MS = 5_000;
const HEARTBEAT_MS = 20_000;
const KEEP_MS = 3 * 24 * 3_600_000;

/** Options of {@link ensureBuilt}. */
export interface BuildOptions {
  /** File or folder that is made. Its name changes with whatever it is made of. */
  target: string;
  /** What it is, for people. */
  what: string;
  /** Makes it under another name beside the target. */
  build: (part: string) => Promise<void>;
  progress: Progress;
  /** Earlier ones of the same are removed when they are days old: all entries beside the target whose names begin like this. */
  replaces?: string;
}

/**
 * Makes something once, however many processes ask for it: one builds, the others wait. What is there is complete.
 *
 * @returns the target
 */
export async function ensureBuilt(options: BuildOptions): Promise<string> {
  const { target, what, build, progress } = options;
  if (existsSync(target)) return target;
  await mkdir(path.dirname(target), { recursive: true });
  const release = await acquire(target, () =>
    progress(`Waiting for ${what}, which another process is building`),
  );
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const part = `${target}.part-${process.pid}`;
  const heartbeat = setInterval(
    () => progress(`  ... ${what}, for ${seconds()} s`),
    HEARTBEAT_MS,
  );
  try {
    if (existsSync(target)) return target;
    progress(`Building ${what}`);
    await build(part);
    if (!existsSync(target)) await rename(part, target);
    await removeReplaced(options);
    progress(`Built ${what} in ${seconds()} s`);
    return target;
  } finally {
    clearInterval(heartbeat);
    await rm(part, { recursive: true, force: true });
    await release();
  }
}

/** Not at once: another checkout may be at work with them. */
async function removeReplaced({ target, replaces }: BuildOptions) {
  if (replaces === undefined) return;
  const folder = path.dirname(target);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(replaces) || /\.(part-\d+|lock)$/.test(name)) continue;
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file);
    if (mtimeMs > Date.now() - KEEP_MS) continue;
    await rm(file, { recursive: true, force: true });
  }
}

async function acquire(
  target: string,
  onWait: () => void,
): Promise<() => Promise<void>> {
  let lost = false;
  const options = {
    realpath: false,
    stale: STALE_MS,
    update: SIGN_OF_LIFE_MS,
    // A lock lost to a machine that slept does no harm: parts have names of their own, and the first to finish wins.
    onCompromised: () => (lost = true),
  };
  const attempt = lock(target, options).catch(error => {
    if (error.code !== 'ELOCKED') throw error;
    onWait();
    const retries = { forever: true, factor: 1, minTimeout: 500 };
    return lock(target, { ...options, retries });
  });
  const release = await attempt;
  return async () => {
    if (!lost) await release();
  };
}
