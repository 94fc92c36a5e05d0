import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { must, run } from '../../../scripts/lib/run.mjs';

const MIB = 1_048_576;
const SIZE_MIB = 256;

/** A file system in memory, mounted on a folder. Needs Linux and root. */
export class SmallDisk {
  #directory;

  /** @returns {Promise<SmallDisk | undefined>} none where it cannot be had */
  static async mount(directory) {
    if (process.platform !== 'linux' || process.getuid() !== 0)
      return undefined;
    const disk = new SmallDisk();
    disk.#directory = directory;
    const { code } = await run(
      'mount',
      ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', directory],
      { quiet: true },
    );
    // Containers have a root that may not do that.
    if (code !== 0) return undefined;
    process.once('exit', disk.#unmountNow);
    return disk;
  }

  get #filler() {
    return path.join(this.#directory, 'filler');
  }

  /** Leaves no room on it. */
  async fill() {
    const file = await open(this.#filler, 'w');
    try {
      for (let size = MIB; size >= 1; size /= 2) {
        const block = Buffer.alloc(size);
        try {
          // Until there is no room for as much.
          for (;;) await file.appendFile(block);
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      await file.close();
    }
  }

  async free() {
    await rm(this.#filler);
  }

  async unmount() {
    process.off('exit', this.#unmountNow);
    // Something may still be at it that was killed a moment ago.
    await must('umount', ['--lazy', this.#directory], { quiet: true });
  }

  /** Whoever is interrupted leaves it to nobody. */
  #unmountNow = () => {
    spawnSync('umount', ['--lazy', this.#directory]);
  };
}
