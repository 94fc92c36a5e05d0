import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { makeBundle } from '../engine/makeBundle';
import { packedFolder } from '../engine/packages';
import { Load, LoadTool } from './LoadTool';
import { runTool } from './runTool';

/** A test that its audit does not believe ends with 1 as well: its figures are shown all the same. */
const STATUSES = [0, 1];

/** A load test by the command line, in one process. */
export async function arenaLoad(): Promise<LoadTool> {
  return {
    name: 'arena run',
    async send(load) {
      const bundle = await makeBundle({
        url: load.url,
        scenarios: 20,
        providers: 1,
      });
      try {
        const job = join(load.folder, 'job.json');
        await writeFile(job, JSON.stringify(jobOf(load)));
        await runTool(
          process.execPath,
          [
            join(packedFolder('arena-worker'), 'bin/arena'),
            ...['run', '-f', job, '-c', bundle.directory],
            ...['-o', load.folder, '--output', 'json'],
          ],
          { statuses: STATUSES },
        );
      } finally {
        await bundle.remove();
      }
      return () => readFigures(join(load.folder, 'loadtest.json'));
    },
  };
}

function jobOf({ rate, connections, seconds }: Load): object {
  return {
    apiVersion: 'omnia.altairalabs.ai/v1alpha1',
    kind: 'ArenaJob',
    metadata: { name: 'bench', namespace: 'default' },
    spec: {
      sourceRef: { name: 'bench' },
      type: 'loadtest',
      loadTest: {
        rampUp: '0s',
        ...(rate === undefined
          ? {
              concurrency: connections,
            }
          : { targetRPS: rate }),
        duration: `${seconds}s`,
      },
    },
  };
}

async function readFigures(file: string) {
  const { totals, stages, audit }: LoadReport = JSON.parse(
    await readFile(file, 'utf8'),
  );
  const { latency, lateness } = totals.times;
  if (!latency) throw new Error('The load test has completed nothing');
  process.stdout.write(
    `load: the audit of arena run says ${[audit.verdict, ...audit.reasons].join(
      '; ',
    )}\n`,
  );
  const requests = stages.reduce((sum, stage) => sum + stage.completed, 0);
  const expected = stages.reduce(
    (sum, stage) => sum + (stage.expected ?? 0),
    0,
  );
  const sent = stages.reduce((sum, stage) => sum + stage.sent, 0);
  return {
    requests,
    perSecond: totals.throughput ?? 0,
    failed: totals.completed - totals.succeeded,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    ...(expected > 0 && {
      dropped: expected - sent,
      lateP99Ms: lateness?.p99,
    }),
  };
}
