import { readFile, writeFile } from 'node:fs/promises';

/**
 * Writes a scenario unless there is one: somebody may have worked on it since an earlier call. Says what it did.
 *
 * @param shown - path for people
 * @returns true when it was written
 */
export async function writeScenario(
  path: string,
  text: string,
  shown: string,
): Promise<boolean> {
  const found = await writeNew(path, text);
  if (found === undefined) {
    process.stdout.write(`${shown}\n`);
    return true;
  }
  process.stderr.write(
    found === text
      ? `${shown} is there already\n`
      : `warning: ${shown} is left as it is: it differs from what would be written; move it, or name another --output\n`,
  );
  return false;
}

/** @returns what is there already */
async function writeNew(
  path: string,
  text: string,
): Promise<string | undefined> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFile(path, 'utf8');
  }
}
