import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod/v4';
import { CliError } from '../../cli/errors';

const holderSchema = z.object({ pid: z.int().min(1), host: z.string() });

/** A file that one process at a time has, on machines that share a disk too. What a process on this machine left behind is taken over. */
export class FileLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * @param purpose - what the holder does, for the message
   * @throws CliError when another process has it
   */
  static take(path: string, purpose: string): FileLock {
    const own = { pid: process.pid, host: hostname() };
    for (let isFirst = true; ; isFirst = false) {
      try {
        writeFileSync(path, JSON.stringify(own), { flag: 'wx' });
        return new FileLock(path);
      } catch (error) {
        if (Reflect.get(Object(error), 'code') !== 'EEXIST') throw error;
      }
      const holder = readHolder(path);
      if (holder === 'none') continue;
      const isStale =
        holder !== 'unknown' && holder.host === own.host && !isAlive(holder);
      if (!isStale || !isFirst) {
        throw new CliError(
          `${
            holder === 'unknown'
              ? 'Another process'
              : `Process ${holder.pid} on ${holder.host}`
          } ${purpose}. If it is none of that any more, delete ${path}`,
        );
      }
      unlinkSync(path);
    }
  }

  release(): void {
    unlinkSync(this.#path);
  }
}

type Holder = z.infer<typeof holderSchema>;

function readHolder(path: string): Holder | 'none' | 'unknown' {
  try {
    const found = holderSchema.safeParse(
      JSON.parse(readFileSync(path, 'utf8')),
    );
    return found.data ?? 'unknown';
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return 'none';
    if (error instanceof SyntaxError) return 'unknown';
    throw error;
  }
}

/** In a container the process before had the same number, and is gone. */
function isAlive({ pid }: Holder): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to somebody else.
    return Reflect.get(Object(error), 'code') === 'EPERM';
  }
}
