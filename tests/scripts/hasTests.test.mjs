import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTests } from '../../scripts/lib/hasTests.mjs';

const ENGINE = 'packages/arena-engine/';

for (const [kind, options, expected] of [
  ['of any kind', { pattern: '\\.test\\.' }, true],
  [
    'that need nothing beside them',
    { pattern: '\\.test\\.', ignore: 'integration\\.test' },
    true,
  ],
  ['that start processes', { pattern: 'integration\\.test' }, true],
  ['on databases', { pattern: '\\.db\\.test' }, false],
  ['when all are ignored', { pattern: '\\.test\\.', ignore: 'test' }, false],
]) {
  test(`the engine ${expected ? 'has' : 'has no'} tests ${kind}`, async () => {
    assert.equal(await hasTests(ENGINE, options), expected);
  });
}
