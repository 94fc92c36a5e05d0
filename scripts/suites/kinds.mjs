import path from 'node:path';
import { jest } from '../lib/jest.mjs';
import { installSourceServers } from '../lib/sourceServers.mjs';

/** Suites of the files `X.KIND.test.ts`, which take a quarter of a minute and more each. */
const KINDS = {
  // Whole pages of the portal in jsdom, with all that they may be told; `npm test` opens them in a browser, but for a comparison of runs.
  pages: { kind: 'page', workers: 2 },
  // What tests one part in all its variants, mostly with processes.
  long: { kind: 'long', workers: 2, prepare: installSourceServers },
  // Load tests by workers and as jobs, by the server's own log, at rates and with faults for which the machine must do nothing else.
  load: { kind: 'load', workers: 1 },
  // The ten thousand rows of the specification's example, with workers that are killed; `long` has six hundred of them.
  datagen: { kind: 'datagen', workers: 1 },
  // A backend on the backup of one whose run was in its middle; `npm test` has the same of its queue, on each database.
  restore: { kind: 'restore', workers: 1 },
};

/** By name. */
export const suitesOfKinds = Object.fromEntries(
  Object.entries(KINDS).map(([name, { kind, workers, prepare }]) => [
    name,
    async (prepared, results) => {
      await prepare?.(prepared);
      return jest(prepared, {
        report: path.join(results, name),
        pattern: `\\.${kind}\\.test`,
        workers,
      });
    },
  ]),
);

/** Kinds of tests that `unit` and `integration` leave to other suites. */
export const OTHER_KINDS = [
  'cluster',
  ...Object.values(KINDS).map(({ kind }) => kind),
];
