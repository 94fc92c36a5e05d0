import fc from 'fast-check';
import { removeBundles, writeBundle } from '../__testUtils__/bundles';
import { bundleFiles, BundleFiles } from './__testUtils__/bundleFiles';
import { plainBundle } from './__testUtils__/plainBundles';
import { reportFaults } from './__testUtils__/reportFaults';
import { Outcome, runBundle } from './__testUtils__/runBundle';

/** A longer run: `ARENA_FUZZ_RUNS=5000`; one that failed again: `ARENA_FUZZ_SEED` with the seed that it printed. */
const RUNS = Number(process.env.ARENA_FUZZ_RUNS ?? 20);
const SEED = Number(process.env.ARENA_FUZZ_SEED ?? Date.now() % 2 ** 31);

jest.setTimeout(60_000 + RUNS * 1_000);

afterEach(removeBundles);

/** What must be the same whenever the bundle is the same. */
function verdicts({ refused, reports }: Outcome) {
  return {
    refused: refused?.message,
    items: reports.map(({ index, status, checksTotal, checksFailed }) => ({
      index,
      status,
      checksTotal,
      checksFailed,
    })),
  };
}

async function faultsOf(files: BundleFiles): Promise<string[]> {
  const folder = await writeBundle(files);
  const faults: string[] = [];
  for (const compat of [true, false]) {
    const mode = compat ? 'compatible' : 'strict';
    const together = await runBundle(folder, { compat, concurrency: 8 });
    const alone = await runBundle(folder, { compat, concurrency: 1 });
    faults.push(
      ...together.reports.flatMap(report =>
        reportFaults(report).map(
          fault => `${mode}, item ${report.index}: ${fault}`,
        ),
      ),
    );
    if (together.refused && !together.refused.message.trim()) {
      faults.push(`${mode}: refused without a reason`);
    }
    const [a, b] = [together, alone].map(outcome =>
      JSON.stringify(verdicts(outcome)),
    );
    if (a !== b) faults.push(`${mode}: ${a} together, ${b} one by one`);
  }
  await removeBundles();
  return faults;
}

it(`gives every item of any bundle a verdict with a reason, the same each time (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(bundleFiles, async files => {
      expect(await faultsOf(files)).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

it(`judges alike in both modes where no quirk is about (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(plainBundle, async files => {
      const folder = await writeBundle(files);
      const [compatible, strict] = await Promise.all(
        [true, false].map(async compat => {
          const outcome = await runBundle(folder, { compat, concurrency: 4 });
          expect(outcome.refused).toBeUndefined();
          return outcome.reports.map(({ status, message, ...report }) => ({
            // In the original a failed check of a turn is an error.
            passed: status === 'passed',
            message,
            checks: [report.checksTotal, report.checksFailed],
          }));
        }),
      );
      await removeBundles();
      expect(strict).toEqual(compatible);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
