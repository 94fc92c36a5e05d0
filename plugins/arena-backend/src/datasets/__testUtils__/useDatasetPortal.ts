import { DatasetState } from '@backstage-arena/plugin-arena-common';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  finished,
  startPortal,
  TestPortal,
} from '../../__testUtils__/startPortal';
import {
  ForgetfulModel,
  startForgetfulModel,
  writeRowBundle,
} from './forgetfulModel';

const apiVersion = 'omnia.altairalabs.ai/v1alpha1';

/** A portal with real workers that generate data, each job with a model of its own. To be called within a `describe`. */
export function useDatasetPortal(options: {
  /** Of a worker. */
  concurrency: number;
  latencyMs: number;
}) {
  let folder: string;
  let portal: TestPortal;
  let model: ForgetfulModel | undefined;
  const killed = new Set<number>();

  const start = () =>
    startPortal(folder, {
      workspaceRoot: folder,
      arena: {
        queue: { leaseTtl: '3s', heartbeatInterval: '1s' },
        workers: { spare: 0 },
      },
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-datasets-'));
    portal = await start();
  });

  afterEach(async () => {
    await model?.server.stop();
    model = undefined;
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const runUrl = (runId: string) => `${portal.base}/runs/${runId}`;
  const state = (runId: string): Promise<DatasetState> =>
    portal.call('GET', `${runUrl(runId)}/dataset`);

  return {
    get portal(): TestPortal {
      return portal;
    },
    get model(): ForgetfulModel {
      if (!model) throw new Error('No model has started');
      return model;
    },

    /** Starts a job with a model of its own, and returns the id of its run. */
    async start(
      name: string,
      dataGen: object,
      given: {
        ideas?: number;
        turns?: number;
        /** Of a server of embeddings. */
        vectors?: string;
        workers?: object;
        output?: object;
      } = {},
    ): Promise<string> {
      model = await startForgetfulModel({
        latencyMs: options.latencyMs,
        ideas: given.ideas,
      });
      writeRowBundle(join(folder, name), {
        url: model.server.url,
        concurrency: options.concurrency,
        turns: given.turns,
        vectors: given.vectors,
      });
      const metadata = { name, namespace: 'default' };
      await portal.call('POST', `${portal.objects}/arenasources`, {
        apiVersion,
        kind: 'ArenaSource',
        metadata,
        spec: { type: 'workspace', workspace: { path: name }, interval: '1h' },
      });
      await portal.call('POST', `${portal.objects}/arenajobs`, {
        apiVersion,
        kind: 'ArenaJob',
        metadata,
        spec: {
          sourceRef: { name },
          type: 'datagen',
          dataGen,
          workers: given.workers,
          output: given.output,
        },
      });
      const { status } = await portal.waitFor(
        'arenajobs',
        name,
        job => job.status?.phase === 'Running' || finished(job),
      );
      return status.run.id;
    },

    state,

    /** The figures once a run is over, which add up. */
    async figures(runId: string): Promise<DatasetState> {
      const figures = await state(runId);
      const rejected = Object.values(figures.rejects).reduce(
        (sum, count) => sum + count,
        0,
      );
      expect(figures.attempts).toBe(
        figures.rows + rejected + figures.surplus + figures.unfinished,
      );
      return figures;
    },

    /** What the model charged for everything that it was asked. */
    charged(): number {
      const { calls } = this.model.server;
      return calls.reduce(
        (sum, { usage }) =>
          sum + (usage ? usage.input / 1_000 + usage.output / 500 : 0),
        0,
      );
    },

    /** The backend ends, with its workers, and comes again. */
    async restart(): Promise<void> {
      await portal.stop();
      portal = await start();
    },

    /** Waits until so many rows are there. */
    async until(runId: string, rows: number): Promise<void> {
      while ((await state(runId)).rows < rows) await sleep(20);
    },

    /** Kills one of the workers that are there, as a node that goes away would. */
    async killWorker(runId: string): Promise<void> {
      const run = await portal.call('GET', runUrl(runId));
      const alive = run.workers.find(
        ({ pid, state: now }: { pid?: number; state: string }) =>
          pid !== undefined && now !== 'gone' && !killed.has(pid),
      );
      killed.add(alive.pid);
      process.kill(alive.pid, 'SIGKILL');
    },

    end: (name: string, ms = 120_000) =>
      portal.waitFor('arenajobs', name, finished, ms),

    /** Waits until the run of a job that ended early has its files. */
    async closed(runId: string) {
      for (;;) {
        const run = await portal.call('GET', runUrl(runId));
        if (run.state === 'Closed') return run;
        await sleep(50);
      }
    },

    async report(runId: string, name: string): Promise<string> {
      const response = await fetch(`${runUrl(runId)}/reports/${name}`);
      expect(response.status).toBe(200);
      return response.text();
    },

    /** A file of the only run that wrote into a claim. */
    claimed(claim: string, name: string): string {
      const root = join(folder, 'data', 'outputs', 'default', claim);
      const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
      const found = files.filter(path => basename(path) === name);
      expect(found).toHaveLength(1);
      return readFileSync(join(root, found[0]), 'utf8');
    },
  };
}
