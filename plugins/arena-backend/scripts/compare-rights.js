#!/usr/bin/env node
// Compares what the portal is granted with what it did in a cluster, by the audit log of the API server:
//   compare-rights.js AUDIT_LOG USERNAME [USER_AGENT]
// USER_AGENT: what the portal calls itself where it runs under other accounts; that counts as used.
// Prints the differences as JSON; exit code 1 when there are any.
const { createReadStream } = require('node:fs');
const { createInterface } = require('node:readline');

require('@backstage/cli/config/nodeTransform.cjs');
const {
  compareRights,
  readAuditedRights,
  RIGHTS,
} = require('../src/kubernetes/rbac/index.ts');

async function main([file, username, userAgent]) {
  if (!file || !username) {
    throw new Error('usage: compare-rights.js AUDIT_LOG USERNAME [USER_AGENT]');
  }
  const lines = createInterface({ input: createReadStream(file) });
  const audited = await readAuditedRights(lines, { username, userAgent });
  const difference = compareRights(RIGHTS, audited);
  process.stdout.write(`${JSON.stringify(difference, null, 2)}\n`);
  const agree = Object.values(difference).every(names => names.length === 0);
  process.exitCode = agree ? 0 : 1;
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
