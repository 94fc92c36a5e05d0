import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/lib/paths.mjs';
import { OTHER_KINDS } from '../../scripts/suites/kinds.mjs';

/** Run by `unit`; those on databases by `integration` and `databases` as well. */
const UNIT = ['', 'db', 'property'];

test('each test file is of a kind that a suite runs', async () => {
  const kinds = [...UNIT, 'integration', ...OTHER_KINDS];
  for (const folder of ['packages', 'plugins']) {
    const names = await readdir(path.join(root, folder), { recursive: true });
    const tests = names.filter(
      name => !name.includes('node_modules') && /\.test\.tsx?$/.test(name),
    );
    assert.ok(tests.length > 100, `only ${tests.length} tests in ${folder}`);
    for (const name of tests) {
      const kind = path.basename(name).split('.').slice(1, -2).join('.');
      assert.ok(kinds.includes(kind), `${name}: no suite runs '${kind}'`);
    }
  }
});
