import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { manifestOf } from './manifestOf.mjs';

/**
 * Keeps a portal at the release of Backstage that it was made with: its ranges take packages of later releases as well, which need all others to be
 * as late. Releases of other packages that are known to be broken are left out as in this repository.
 *
 * @param {string} portal its folder
 */
export async function pinReleases(portal) {
  const backstage = {};
  for (const folder of ['.', 'packages/app', 'packages/backend']) {
    const { dependencies, devDependencies } = await manifestOf(
      path.join(portal, folder),
    );
    for (const [name, range] of Object.entries({
      ...dependencies,
      ...devDependencies,
    })) {
      if (name.startsWith('@backstage/')) {
        backstage[name] = range.replace(/^\^/, '');
      }
    }
  }
  const { resolutions } = await manifestOf(root);
  const manifest = await manifestOf(portal);
  manifest.resolutions = {
    ...manifest.resolutions,
    ...backstage,
    ...resolutions,
  };
  await writeFile(
    path.join(portal, 'package.json'),
    JSON.stringify(manifest, null, 2),
  );
}
