// `node joinModules.mjs [FOLDER...]`: makes one file of the modules in `dist` of packages that have been built; default: of the one in the current
// folder. A process that starts with it reads one file instead of some hundred, which is a quarter of the time that `arena` and each
// worker need to start.
import { glob, readFile, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

async function join(folder) {
  const { publishConfig } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const main = path.resolve(folder, publishConfig.main);
  await build({
    entryPoints: [main],
    outfile: main,
    allowOverwrite: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: true,
    // Not `keepNames`, which names each function anew whenever it is made; classes that errors are made of name themselves.
    logLevel: 'warning',
  });
  await removeOthers(path.dirname(main), new Set([main, `${main}.map`]));
}

/** What is in the one file now. */
async function removeOthers(dist, kept) {
  const folders = new Set();
  for await (const file of glob('**/*.cjs.js{,.map}', { cwd: dist })) {
    const whole = path.join(dist, file);
    if (kept.has(whole)) continue;
    await rm(whole);
    folders.add(path.dirname(whole));
  }
  // Inner ones first. What holds something else stays.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    await rmdir(folder).catch(error => {
      if (error.code !== 'ENOTEMPTY') throw error;
    });
  }
}

const folders = process.argv.slice(2);
for (const folder of folders.length > 0 ? folders : ['.']) await join(folder);
