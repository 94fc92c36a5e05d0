import {
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';
import { digestOf } from '../binary/digestOf';
import { ensureBuilt } from '../binary/ensureBuilt';
import { Progress } from '../binary/Progress';
import { userCache } from '../binary/userCache';
import { repositoryFolder } from '../packageFolder';
import { run } from '../process/run';
import { sourceDigest } from './sourceDigest';
import { workspaceClosure } from './workspaceClosure';

const YARN = '.yarn/releases/yarn-4.13.0.cjs';

/** Files of the root that an installation depends on. */
const ROOT_FILES = ['package.json', 'yarn.lock', '.yarnrc.yml'];

/** What nobody reads at run time. */
const UNUSED = /\.(map|d\.[cm]?ts)$/;

/** A package of this repository as it goes to production. */
export interface ProductBundle {
  version: string;
  /** A folder with our own packages, built. */
  built: string;
  /** A folder with the packages that they need, as the lock file says; both are made to lie over each other. */
  installed: string;
}

/**
 * Builds a package and those it needs, and installs what they depend on, without what is for development alone. Each is done again
 * only when what it depends on has changed.
 *
 * @param name - of a package of this repository that runs on Node.js
 */
export async function ensureProductBundle(
  name: string,
  progress: Progress,
): Promise<ProductBundle> {
  const workspaces = await workspaceClosure(name);
  const { folder, version } = workspaces.find(each => each.name === name)!;
  const root = await Promise.all(
    ROOT_FILES.map(file => readFile(repositoryFolder(file), 'utf8')),
  );
  const platform = [process.version, process.arch];
  const short = path.posix.basename(name);

  const key = digestOf([name, await sourceDigest(workspaces), ...root]);
  const bundle = await ensureBuilt({
    target: userCache('bundles', `${short}-packages-${key}`),
    what: `the packages of ${name}`,
    replaces: `${short}-packages-`,
    progress,
    build: part => buildPackages(folder, part),
  });
  const manifests = await Promise.all(
    workspaces.map(each =>
      readFile(path.join(each.folder, 'package.json'), 'utf8'),
    ),
  );
  const installed = await ensureBuilt({
    target: userCache(
      'bundles',
      `${short}-dependencies-${digestOf([...manifests, ...root, ...platform])}`,
    ),
    what: `the dependencies of ${name}`,
    replaces: `${short}-dependencies-`,
    progress,
    build: part => installDependencies(bundle, part),
  });
  return { version, built: path.join(bundle, 'built'), installed };
}

/** Backstage's own way of building what goes to production: `skeleton` has the manifests, `built` everything. */
async function buildPackages(folder: string, part: string): Promise<void> {
  await run(
    process.execPath,
    [
      repositoryFolder(YARN),
      'backstage-cli',
      ...['package', 'build', '--role', 'backend'],
    ],
    { cwd: folder, env: environment() },
  );
  for (const [archive, name] of [
    ['skeleton.tar.gz', 'skeleton'],
    ['bundle.tar.gz', 'built'],
  ]) {
    const target = path.join(part, name);
    await mkdir(target, { recursive: true });
    await run('tar', ['xzf', path.join(folder, 'dist', archive), '-C', target]);
  }
  await rm(path.join(part, 'built', 'yarn.lock'));
  await removeUnused(path.join(part, 'built'));
  // The archives are no build of the package itself, which others look for in this folder.
  await rm(path.join(folder, 'dist'), { recursive: true });
}

async function installDependencies(bundle: string, part: string) {
  await cp(path.join(bundle, 'skeleton'), part, { recursive: true });
  await mkdir(path.join(part, path.dirname(YARN)), { recursive: true });
  for (const file of [...ROOT_FILES, YARN]) {
    await copyFile(repositoryFolder(file), path.join(part, file));
  }
  await run(
    process.execPath,
    [path.join(part, YARN), 'workspaces', 'focus', '--all', '--production'],
    { cwd: part, env: environment() },
  );
  for (const file of ['.yarn', '.yarnrc.yml', 'yarn.lock']) {
    await rm(path.join(part, file), { recursive: true });
  }
  await removeUnused(path.join(part, 'node_modules'));
}

async function removeUnused(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await removeUnused(file);
    else if (entry.isFile() && UNUSED.test(entry.name)) await unlink(file);
  }
}

/** Native modules are compiled with the headers of this Node.js. */
function environment(): NodeJS.ProcessEnv {
  const home = path.dirname(path.dirname(process.execPath));
  return {
    ...process.env,
    PATH: [path.join(home, 'bin'), process.env.PATH].join(path.delimiter),
    npm_config_nodedir: home,
    NODE_ENV: undefined,
    NODE_OPTIONS: undefined,
    YARN_ENABLE_TELEMETRY: '0',
  };
}
