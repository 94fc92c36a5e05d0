import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOf } from '../binary/digestOf';
import { Workspace } from './workspaceClosure';

/** Neither makes a difference to what is built, nor to what is installed. */
const IGNORED =
  /(^|\/)(node_modules|dist|__testUtils__|__fixtures__)(\/|$)|\.test\.tsx?$/;

/** Changes with any file of the packages that may end up in what is built of them. */
export async function sourceDigest(workspaces: Workspace[]): Promise<string> {
  const parts: Array<string | Buffer> = [];
  for (const { name, folder } of workspaces) {
    parts.push(name);
    for (const file of await filesIn(folder)) {
      parts.push(file, await readFile(path.join(folder, file)));
    }
  }
  return digestOf(parts);
}

async function filesIn(root: string, parent = ''): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(path.join(root, parent), {
    withFileTypes: true,
  });
  for (const entry of entries) {
    const name = path.posix.join(parent, entry.name);
    if (IGNORED.test(name)) continue;
    if (entry.isDirectory()) files.push(...(await filesIn(root, name)));
    else if (entry.isFile()) files.push(name);
  }
  return files.sort();
}
