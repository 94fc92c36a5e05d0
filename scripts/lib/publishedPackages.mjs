import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * Folders of the packages that others install, relative to the root.
 *
 * @returns {Promise<string[]>}
 */
export async function publishedPackages() {
  const folders = [];
  for (const parent of ['packages', 'plugins']) {
    for (const name of await readdir(path.join(root, parent))) {
      const folder = path.join(parent, name);
      const manifest = JSON.parse(
        await readFile(path.join(root, folder, 'package.json'), 'utf8'),
      );
      if (!manifest.private) folders.push(folder);
    }
  }
  return folders.sort();
}
