import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * Whether a package has tests of a kind. To find that out, Jest looks at all packages, which takes it a quarter of a minute.
 *
 * @param {string} folder - of the package, with a slash at its end
 * @param {{ pattern: string, ignore?: string }} options - expressions on paths, as Jest has them
 */
export async function hasTests(folder, { pattern, ignore }) {
  const names = await readdir(path.join(root, folder), { recursive: true });
  return names
    .filter(name => !name.includes('node_modules') && /\.tsx?$/.test(name))
    .map(name => path.join(root, folder, name))
    .some(
      name =>
        new RegExp(pattern).test(name) &&
        !(ignore && new RegExp(ignore).test(name)),
    );
}
