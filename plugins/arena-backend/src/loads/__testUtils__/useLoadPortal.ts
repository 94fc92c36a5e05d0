import {
  MockLlmOptions,
  MockLlmProcess,
  startMockLlmProcess,
} from '@backstage-arena/arena-devcluster';
import {
  ArrivalSchedule,
  LoadReport,
  loadReportSchema,
  LoadState,
} from '@backstage-arena/plugin-arena-common/load';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeLoadBundle } from '../../__testUtils__/loadBundle';
import {
  finished,
  startPortal,
  TestPortal,
} from '../../__testUtils__/startPortal';

/** Of the server, unless a test says otherwise. */
const LATENCY_MS = 10;
/** Two processes of a machine may differ by so much in what time it is. */
const CLOCKS_MS = 10;

const apiVersion = 'omnia.altairalabs.ai/v1alpha1';

/** A portal with real workers for load tests, each against a server of its own. To be called within a `describe`. */
export function useLoadPortal() {
  let folder: string;
  let portal: TestPortal;
  let server: MockLlmProcess | undefined;
  let count = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-loads-'));
    portal = await startPortal(folder, { workspaceRoot: folder });
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const runUrl = (runId: string) => `${portal.base}/runs/${runId}`;

  async function file(runId: string, name: string): Promise<string> {
    const response = await fetch(`${runUrl(runId)}/reports/${name}`);
    expect(response.status).toBe(200);
    return response.text();
  }

  return {
    get server(): MockLlmProcess {
      if (!server) throw new Error('No server has started');
      return server;
    },
    get portal(): TestPortal {
      return portal;
    },

    /** Starts a job against a server of its own, and returns its name. */
    async start(
      loadTest: object,
      options: {
        workers?: object;
        server?: Omit<MockLlmOptions, 'answer' | 'reply'>;
      } = {},
    ): Promise<string> {
      count += 1;
      const name = `load-${count}`;
      await server?.stop();
      server = await startMockLlmProcess({
        latencyMs: LATENCY_MS,
        ...options.server,
      });
      writeLoadBundle(join(folder, name), { url: server.url });
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
          type: 'loadtest',
          loadTest,
          workers: options.workers,
        },
      });
      return name;
    },

    /** Waits until a job has ended. */
    end: (name: string) => portal.waitFor('arenajobs', name, finished, 120_000),

    /** Waits until a job runs, and returns the id of its run. */
    async running(name: string): Promise<string> {
      const { status } = await portal.waitFor(
        'arenajobs',
        name,
        job => job.status?.phase === 'Running' || finished(job),
      );
      return status.run.id;
    },

    /** Waits until the test of a run is so far, in milliseconds from its start. */
    async until(runId: string, ms: number): Promise<void> {
      for (;;) {
        const state: LoadState = await portal.call(
          'GET',
          `${runUrl(runId)}/load`,
        );
        if ((state.nowMs ?? -Infinity) >= ms) return;
        await sleep(50);
      }
    },

    control: (runId: string, command: object) =>
      portal.call('POST', `${runUrl(runId)}/load/controls`, command),

    run: (runId: string) => portal.call('GET', runUrl(runId)),

    async pidsOf(runId: string): Promise<number[]> {
      const { workers } = await portal.call('GET', runUrl(runId));
      return workers.map(({ pid }: { pid: number }) => pid);
    },

    file,

    async reportOf(job: {
      status: { run: { id: string } };
    }): Promise<LoadReport> {
      const text = await file(job.status.run.id, 'loadtest.json');
      return loadReportSchema.parse(JSON.parse(text));
    },

    /** When calls came by the log of the server, in milliseconds from the start of the test, in order. */
    async arrivals(report: LoadReport): Promise<number[]> {
      const origin = Date.parse(report.startedAt);
      const calls = await this.server.calls();
      return calls
        .map(({ receivedAt }) => receivedAt - origin)
        .sort((a, b) => a - b);
    },
  };
}

/** How far calls are from the formula, at the worst moment. */
export function distance(
  times: readonly number[],
  { profile }: LoadReport,
): number {
  const schedule = new ArrivalSchedule(profile);
  return Math.max(
    ...times.map((time, n) => Math.abs(n + 0.5 - schedule.expectedUntil(time))),
  );
}

/** How late the server saw anything at most: it was sent late, was on its way, or the server had no time itself. */
export function delayMs({ totals }: LoadReport): number {
  const { lateness, callLatency } = totals.times;
  return lateness!.max + callLatency!.max - LATENCY_MS + CLOCKS_MS;
}
