#!/usr/bin/env node
// Writes crds/, the copy of it in the chart, and docs/reference/ from the schemas; with --check it only compares, and exits 1 when a file is out of date.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

require('@backstage/cli/config/nodeTransform.cjs');
const { generatedArtifacts } = require('../src/generator/artifacts.ts');

const root = resolve(__dirname, '../../..');
const check = process.argv.includes('--check');

function current(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

let outdated = 0;
for (const [path, content] of generatedArtifacts()) {
  const file = join(root, path);
  if (current(file) === content) continue;
  outdated += 1;
  if (check) {
    process.stderr.write(`${path} is out of date\n`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    process.stdout.write(`wrote ${path}\n`);
  }
}
if (check && outdated > 0) {
  process.stderr.write(
    'Run: yarn workspace @backstage-arena/plugin-arena-common generate\n',
  );
  process.exitCode = 1;
}
