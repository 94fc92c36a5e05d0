#!/usr/bin/env node
// Writes the pages of docs/ that are made from the engine's own tables; with --check it only compares, and exits 1 when one is
// out of date.
const { readFileSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

require('@backstage/cli/config/nodeTransform.cjs');
const { generatedDocs } = require('../src/generator/generatedDocs.ts');

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
for (const [path, content] of generatedDocs()) {
  const file = join(root, path);
  if (current(file) === content) continue;
  outdated += 1;
  if (check) {
    process.stderr.write(`${path} is out of date\n`);
  } else {
    writeFileSync(file, content);
    process.stdout.write(`wrote ${path}\n`);
  }
}
if (check && outdated > 0) {
  process.stderr.write(
    'Run: yarn workspace @backstage-arena/arena-engine generate\n',
  );
  process.exitCode = 1;
}
