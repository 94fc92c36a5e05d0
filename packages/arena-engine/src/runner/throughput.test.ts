import { cellAt } from '@backstage-arena/plugin-arena-common';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';

afterEach(removeBundles);

/** Far below what any machine does; a file read again, or a pattern compiled again, for each item falls below it. */
const LEAST_ITEMS_PER_SECOND = 500;

it('executes thousands of mock items a second', async () => {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      prompt: {
        validators: [{ type: 'banned_words', params: { words: ['x y'] } }],
      },
      scenarios: Object.fromEntries(
        Array.from({ length: 50 }, (_, i) => [
          `s${i}`,
          {
            trials: 100,
            turns: [1, 2].map(n => ({
              role: 'user',
              content: `Question ${n} {{region}}`,
              assertions: [
                { type: 'contains', params: { patterns: ['answer'] } },
                { type: 'regex', params: { pattern: '(?i)answer (\\d+)' } },
                { type: 'max_length', params: { max: 500 } },
              ],
            })),
          },
        ]),
      ),
    }),
    'mock.yaml': `defaultResponse: "The answer 42 ${'and more '.repeat(20)}"`,
  });
  const bundle = await loadBundle(folder);
  const plan = bundle.plan({});
  expect(plan.total).toBe(5_000);
  const runner = await bundle.runner(plan, { compat: false });
  const signal = new AbortController().signal;
  const execute = (index: number) =>
    runner.execute(index, { attempt: 1, signal });
  for (let i = 0; i < 200; i++) await execute(i);
  const start = performance.now();
  let next = 0;
  const counts = { passed: 0, failed: 0, errored: 0 };
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < plan.total) counts[(await execute(next++)).status]++;
    }),
  );
  const rate = plan.total / ((performance.now() - start) / 1000);
  await runner.close();
  expect(counts).toEqual({ passed: 5_000, failed: 0, errored: 0 });
  expect(cellAt(plan, 4_999).scenario.id).toBe('s9');
  if (process.env.ARENA_PRINT_RATES)
    process.stdout.write(`${Math.round(rate)} items/s\n`);
  expect(rate).toBeGreaterThan(LEAST_ITEMS_PER_SECOND);
});
