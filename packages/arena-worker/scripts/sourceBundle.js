// The command beside its sources: one file made of them, from which it starts several times faster, while it is newer than all of them.
const { existsSync, readFileSync, statSync } = require('node:fs');
const { mkdir, rename, utimes, writeFile } = require('node:fs/promises');
const { join, resolve } = require('node:path');

const PACKAGE = resolve(__dirname, '..');
const ROOT = resolve(PACKAGE, '../..');
// Where dependencies are found from, and nobody looks for sources.
const FOLDER = join(PACKAGE, 'node_modules/.cache/arena');
const BUNDLE = join(FOLDER, 'arena.js');
const INPUTS = join(FOLDER, 'inputs.json');

/** Path of the bundle; undefined when there is none, or a source has changed since. */
function freshBundle() {
  if (!existsSync(BUNDLE) || !existsSync(INPUTS)) return undefined;
  const madeAt = statSync(BUNDLE).mtimeMs;
  const isOlder = file => {
    const stat = statSync(join(ROOT, file), { throwIfNoEntry: false });
    return stat !== undefined && stat.mtimeMs < madeAt;
  };
  return JSON.parse(readFileSync(INPUTS, 'utf8')).every(isOlder)
    ? BUNDLE
    : undefined;
}

/** Makes the bundle, unless it is fresh. Who starts meanwhile finds a whole one or none. */
async function makeBundle() {
  if (freshBundle()) return;
  const { build } = require('esbuild');
  // What is written while it is being made makes it stale.
  const madeAt = new Date();
  const { outputFiles, metafile } = await build({
    entryPoints: [join(PACKAGE, 'src/index.ts')],
    bundle: true,
    write: false,
    metafile: true,
    absWorkingDir: ROOT,
    outfile: BUNDLE,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // Names of classes are part of what errors say.
    keepNames: true,
    plugins: [{ name: 'dependencies', setup: leaveDependencies }],
  });
  await mkdir(FOLDER, { recursive: true });
  await put(INPUTS, JSON.stringify(Object.keys(metafile.inputs)), madeAt);
  await put(BUNDLE, outputFiles[0].contents, madeAt);
}

/** What is not of this repository is loaded when it is needed, as ever. */
function leaveDependencies(build) {
  build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
    kind === 'entry-point' || path.startsWith('@backstage-arena/')
      ? undefined
      : { path, external: true },
  );
}

async function put(file, content, time) {
  const part = `${file}.${process.pid}`;
  await writeFile(part, content);
  await utimes(part, time, time);
  await rename(part, file);
}

module.exports = { freshBundle, makeBundle };

if (require.main === module) {
  makeBundle().catch(error => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  });
}
