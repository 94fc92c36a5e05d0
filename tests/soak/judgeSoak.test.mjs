import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeSoak } from './lib/judgeSoak.mjs';

/** Forty samples, changed by what is to be noticed. */
function samplesOf(change = () => ({})) {
  return Array.from({ length: 40 }, (_, i) => ({
    atMs: i * 10_000,
    memoryMiB: 300 + (i % 3),
    handles: 80 + (i % 2),
    workers: 3,
    jobs: 8,
    results: i * 1_000,
    databaseMiB: 5 + i * 2,
    queryMs: { jobs: 12, runs: 30 },
    ...change(i),
  }));
}

const growing = samples =>
  judgeSoak(samples)
    .filter(({ isFlat }) => !isFlat)
    .map(({ what }) => what);

test('what stays as it is, is flat', () => {
  assert.deepEqual(growing(samplesOf()), []);
});

test('what a warm-up takes does not count', () => {
  assert.deepEqual(
    growing(samplesOf(i => (i < 10 ? { memoryMiB: 100, handles: 20 } : {}))),
    [],
  );
});

for (const [what, change] of [
  ['memory of the backend, MiB', i => ({ memoryMiB: 300 + 5 * i })],
  ['open handles of the backend', i => ({ handles: 80 + i })],
  [
    'time of a page of runs, ms',
    i => ({ queryMs: { jobs: 12, runs: 30 + 3 * i } }),
  ],
  [
    'growth of the database per result, KiB',
    i => ({ databaseMiB: 5 + i ** 2 }),
  ],
]) {
  test(`it is noticed: ${what}`, () => {
    assert.deepEqual(growing(samplesOf(change)), [what]);
  });
}

test('few samples say nothing', () => {
  assert.throws(() => judgeSoak(samplesOf().slice(0, 15)), /15 samples/);
});
