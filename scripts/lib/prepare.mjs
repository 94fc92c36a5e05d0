import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { compilerCache, ensureCompilers } from './compilers.mjs';
import { say } from './log.mjs';
import { cache, root } from './paths.mjs';
import { must } from './run.mjs';

/** The Node.js that Backstage 1.55 is known to run on; 24 crashes in better-sqlite3. */
const NODE_VERSION = '22.23.3';
const YARN = path.join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs');

/**
 * Makes the checkout ready to run: Node.js 22, the dependencies, and what they are built with. Does nothing that has been done before.
 *
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv, yarn: (args: string[], options?: object) => Promise<{ code: number, output: string }> }>}
 */
export async function prepare() {
  const home = await findNode();
  const node = path.join(home, 'bin', 'node');
  const env = {
    ...process.env,
    PATH: `${path.join(home, 'bin')}${path.delimiter}${process.env.PATH}`,
    // Headers for packages that compile themselves; they cannot be downloaded everywhere.
    npm_config_nodedir: home,
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
    YARN_ENABLE_TELEMETRY: '0',
  };
  const yarn = (args, options = {}) =>
    must(node, [YARN, ...args], { cwd: root, env, ...options });
  await installDependencies({ env, yarn });
  // Tests start the command some hundred times.
  await must(
    node,
    [path.join(root, 'packages', 'arena-worker', 'scripts', 'sourceBundle.js')],
    { env },
  );
  return { node, env, yarn };
}

async function findNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major === 22 && minor >= 18) {
    const home = path.dirname(path.dirname(process.execPath));
    if (existsSync(path.join(home, 'include', 'node', 'node.h'))) return home;
  }
  const os = { linux: 'linux', darwin: 'darwin' }[process.platform];
  if (!os) {
    throw new Error(
      `No Node.js ${NODE_VERSION} for platform '${process.platform}': supported are linux and darwin`,
    );
  }
  const name = `node-${os}-${process.arch}`;
  const home = path.join(cache, `node-${NODE_VERSION}-${process.arch}`);
  if (existsSync(path.join(home, 'bin', 'node'))) return home;

  say(`Fetching Node.js ${NODE_VERSION} (npm package ${name})`);
  await mkdir(cache, { recursive: true });
  const part = await mkdtemp(path.join(cache, 'part-'));
  try {
    await must('npm', ['pack', '--silent', `${name}@${NODE_VERSION}`], {
      cwd: part,
      quiet: true,
      what: `npm pack ${name}`,
    });
    const [archive] = await readdir(part);
    await must('tar', ['xzf', archive], { cwd: part });
    await rename(path.join(part, 'package'), home).catch(error => {
      // Another checkout was faster.
      if (!existsSync(path.join(home, 'bin', 'node'))) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return home;
}

async function installDependencies({ env, yarn }) {
  const marker = path.join(root, 'node_modules', '.arena-installed');
  const wanted = await fingerprint();
  if (existsSync(marker) && (await readFile(marker, 'utf8')) === wanted) return;

  await ensureCompilers(env);
  say('Installing dependencies (about 3 minutes the first time)');
  await yarn(['install', '--immutable'], {
    env: { ...(await compilerCache(env)), ...env },
    quiet: true,
    what: 'installing dependencies',
  });
  await writeFile(marker, wanted);
}

/** Changes whenever an installation is needed. */
async function fingerprint() {
  const hash = createHash('sha256').update(NODE_VERSION);
  const files = ['package.json', 'yarn.lock', '.yarnrc.yml'];
  for (const folder of ['packages', 'plugins']) {
    for (const name of (await readdir(path.join(root, folder))).sort()) {
      files.push(path.join(folder, name, 'package.json'));
    }
  }
  for (const file of files) {
    if (existsSync(path.join(root, file))) {
      hash.update(file).update(await readFile(path.join(root, file)));
    }
  }
  return hash.digest('hex');
}
