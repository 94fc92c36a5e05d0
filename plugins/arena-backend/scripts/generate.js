#!/usr/bin/env node
// Writes the manifests of deploy/ that grant rights, and the page about them, from the list in src/kubernetes/rbac/rights.ts.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');

require('@backstage/cli/config/nodeTransform.cjs');
const { rbacFiles } = require('../src/kubernetes/rbac/manifests.ts');

const root = resolve(__dirname, '../../..');

for (const [path, content] of rbacFiles()) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  process.stdout.write(`wrote ${path}\n`);
}
