import { loadBundle } from '@backstage-arena/arena-engine';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  makeWorkingDirectory,
  removeWorkingDirectory,
} from '../archive/workingDirectory';
import { createFiles } from '../authoring/templates/createFiles';
import { EXIT } from '../cli/errors';
import { printError } from '../cli/printError';
import { pause } from '../worker/backoff';

/** Who was started for something that is there already is told of it within this time. */
const QUIET_MS = 100;
/** More of them gain little. */
const ROUNDS = 20;

/**
 * Uses the time until there is something to do: loads a small bundle a few times. What the engine sets up when it is first used is there
 * afterwards, and what it does for each file is compiled.
 *
 * @returns what there is to do.
 */
export async function rehearseUntil<T>(work: Promise<T>): Promise<T> {
  const came = new AbortController();
  const abort = () => came.abort();
  work.then(abort, abort);
  await pause(QUIET_MS, came.signal);
  try {
    if (!came.signal.aborted) await rehearse(came.signal);
  } catch (error) {
    // Nobody must count on a process that may not work. Another one, which is not early, tells what is wrong.
    await printError(error);
    process.exit(EXIT.failed);
  }
  return work;
}

async function rehearse(signal: AbortSignal): Promise<void> {
  const directory = await makeWorkingDirectory();
  try {
    const files = createFiles('rehearsal', { template: 'tools' });
    for (const [file, text] of Object.entries(files)) {
      const target = join(directory, file);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    for (let round = 0; round < ROUNDS && !signal.aborted; round += 1) {
      const bundle = await loadBundle(directory);
      bundle.plan({});
    }
  } finally {
    removeWorkingDirectory(directory);
  }
}
