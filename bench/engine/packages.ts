import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');
const YARN = join(ROOT, '.yarn/releases/yarn-4.13.0.cjs');
/** All other dependencies are found further up, in the repository. */
const TARGET = join(ROOT, 'bench/.packed');
const MARKER = join(TARGET, 'fingerprint');

const SCOPE = '@backstage-arena';
const FOLDERS = {
  'plugin-arena-common': 'plugins/arena-common',
  'plugin-arena-node': 'plugins/arena-node',
  'arena-engine': 'packages/arena-engine',
  'arena-worker': 'packages/arena-worker',
  'plugin-arena-backend': 'plugins/arena-backend',
};

const run = promisify(execFile);

/** Where {@link packPackages} puts a package. */
export function packedFolder(name: keyof typeof FOLDERS): string {
  return join(TARGET, 'node_modules', SCOPE, name);
}

/** Builds and packs our packages, and unpacks them as npm would, unless nothing has changed since the last time. */
export async function packPackages(): Promise<void> {
  const wanted = await fingerprint();
  if (existsSync(MARKER) && (await readFile(MARKER, 'utf8')) === wanted) return;
  process.stdout.write('Packing the packages (a minute or two)\n');
  await rm(TARGET, { recursive: true, force: true });
  await yarn(ROOT, 'tsc', '-p', 'bench/tsconfig.declarations.json');
  const archives = await mkdtemp(join(tmpdir(), 'arena-bench-pack-'));
  try {
    for (const [name, folder] of Object.entries(FOLDERS)) {
      const source = join(ROOT, folder);
      const archive = join(archives, `${name}.tgz`);
      await yarn(source, 'build');
      await yarn(source, 'pack', '--out', archive);
      const target = join(TARGET, 'node_modules', SCOPE, name);
      await mkdir(target, { recursive: true });
      await run('tar', ['xzf', archive, '--strip-components', '1'], {
        cwd: target,
      });
    }
  } finally {
    await rm(archives, { recursive: true, force: true });
  }
  await writeFile(MARKER, wanted);
}

async function yarn(cwd: string, ...args: string[]): Promise<void> {
  try {
    await run(process.execPath, [YARN, ...args], { cwd });
  } catch (error) {
    // Compilers tell their errors on standard output.
    const output: unknown = Reflect.get(Object(error), 'stdout');
    throw new Error(`yarn ${args[0]} failed in ${cwd}: ${error}\n${output}`);
  }
}

/** Of everything that is packed, and of what makes one file of it. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(join(ROOT, 'scripts/joinModules.mjs')));
  hash.update(await readFile(join(ROOT, 'yarn.lock')));
  for (const folder of Object.values(FOLDERS)) {
    for (const part of [
      'package.json',
      'config.d.ts',
      'bin',
      'migrations',
      'src',
    ]) {
      const path = join(ROOT, folder, part);
      for (const file of await filesIn(path)) {
        if (/\.test\.ts$|__testUtils__/.test(file)) continue;
        hash.update(file).update(await readFile(file));
      }
    }
  }
  return hash.digest('hex');
}

async function filesIn(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  if (/\.\w+$/.test(path)) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}
