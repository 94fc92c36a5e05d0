import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Fills a folder that several processes share, unless it is there. It appears under its name at once and whole; of several processes
 * that fill it at the same time, the first to finish counts.
 *
 * @param fill - Is given an empty folder for the content, and one beside it for temporary files.
 */
export async function unpackOnce(
  target: string,
  fill: (folders: { content: string; temporary: string }) => Promise<void>,
): Promise<void> {
  if (await isDirectory(target)) return;
  const parent = dirname(target);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const temporary = await mkdtemp(
    join(parent, `${basename(target).slice(0, 12)}-`),
  );
  try {
    const content = join(temporary, 'bundle');
    await mkdir(content);
    await fill({ content, temporary });
    await moveIntoPlace(content, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Another process was quicker; what it put there is the same.
    if (!(await isDirectory(to))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info?.isDirectory() ?? false;
}
