import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { publishedPackages } from '../../../scripts/lib/publishedPackages.mjs';
import { startRegistry } from '../../../scripts/lib/registry.mjs';
import { prepare } from '../../../scripts/lib/prepare.mjs';
import { must } from '../../../scripts/lib/run.mjs';
import { manifestOf } from './manifestOf.mjs';

/** Packages that are built at the same time: each build keeps one processor busy. */
const AT_ONCE = 2;

/**
 * Packs the packages that are published, as they would be, and serves them from a registry of this machine.
 *
 * @param {{ yarn: (args: string[], options?: object) => Promise<unknown> }} prepared
 * @param {string} directory where the archives go
 */
export async function publishLocally(prepared, directory) {
  // Declarations, from which each package's own are made; anew, because what an interrupted compilation left is believed.
  if (!process.env.ARENA_HAS_DECLARATIONS) {
    await rm(path.join(root, 'dist-types'), { recursive: true, force: true });
    await prepared.yarn(['tsc', '--pretty', 'false'], {
      quiet: true,
      what: 'tsc',
    });
  }
  const left = (await publishedPackages()).map(folder =>
    path.join(root, folder),
  );
  const packages = [];
  const packSome = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      packages.push(await packed(prepared, next, directory));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, packSome));
  // Packing writes manifests anew, after which the bundle from the sources that tests start would be taken for old.
  await prepare();
  return startRegistry(packages);
}

async function packed(prepared, folder, directory) {
  const { name } = await manifestOf(folder);
  const file = path.join(directory, `${path.basename(folder)}.tgz`);
  await prepared.yarn(['build'], { cwd: folder, quiet: true });
  await prepared.yarn(['pack', '--out', file], { cwd: folder, quiet: true });
  const { output } = await must('tar', ['xzOf', file, 'package/package.json'], {
    quiet: true,
  });
  const manifest = JSON.parse(output);
  assert.equal(manifest.name, name);
  for (const [dependency, range] of Object.entries(
    manifest.dependencies ?? {},
  )) {
    assert.doesNotMatch(range, /^(workspace|link|file):/, dependency);
  }
  return { manifest, file };
}
