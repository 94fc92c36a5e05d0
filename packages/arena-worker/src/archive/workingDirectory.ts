import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { existsSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const MOST_ATTEMPTS = 20;
const PAUSE_MS = 5;

/** With the host's name, since containers may share a folder but not their process ids. */
const PREFIX = `arena-${hostname().replace(/[^A-Za-z0-9]/g, '_')}-`;

/**
 * A private temporary folder of this process. The process id is part of its name, so that a later process can tell what a killed
 * one left behind.
 */
export async function makeWorkingDirectory(): Promise<string> {
  await removeAbandoned();
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

/** Synchronous, because a process that is about to exit cannot wait for promises. */
export function removeWorkingDirectory(directory: string): void {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch (error) {
      // What is written into it meanwhile; should it stay, a later process finds it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
    // What was being written goes on in other threads, and makes the folder anew.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    if (!existsSync(directory)) return;
  }
}

async function removeAbandoned(): Promise<void> {
  const names = await readdir(tmpdir()).catch((): string[] => []);
  for (const name of names) {
    const match = new RegExp(`^${PREFIX}(\\d+)-[A-Za-z0-9]{6}$`).exec(name);
    if (!match || isAlive(Number(match[1]))) continue;
    const path = join(tmpdir(), name);
    const info = await stat(path).catch(() => undefined);
    if (info?.isDirectory() && info.uid === process.getuid?.()) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
