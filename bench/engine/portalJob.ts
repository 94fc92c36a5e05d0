import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ArenaClient,
  ArenaKind,
  ArenaObject,
  ArenaStreamMessage,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { BenchBundle } from './makeBundle';
import { guestToken, portalConfig } from './portalConfig';
import { startPortal } from './processes';

const CLUSTER = 'embedded';
const NAMESPACE = 'default';
const NAME = 'bench';
/** A portal has started all that it keeps ready. */
const SETTLED_MS = 5_000;
const LIMIT_MS = 300_000;

export interface PortalJobResult {
  /** From the admission of the job until it has succeeded, with all results stored and its report written. */
  seconds: number;
  /** From the admission until the viewer saw the first result. */
  startSeconds: number;
  /** From the first result that the viewer saw to the last. */
  runningSeconds: number;
  /** Messages that the viewer got meanwhile. */
  messages: number;
}

/** Runs a bundle as an ArenaJob in a portal of its own, on SQLite, with one viewer of its page. */
export async function runPortalJob(
  bundle: BenchBundle,
  options: { items: number; workers: number },
): Promise<PortalJobResult> {
  const folder = await mkdtemp(join(tmpdir(), 'arena-bench-portal-'));
  const config = join(folder, 'app-config.json');
  const { config: content } = await portalConfig(folder, () => ({
    workspaceRoots: [dirname(bundle.directory)],
    workers: { spare: options.workers },
  }));
  await writeFile(config, JSON.stringify(content));
  const portal = await startPortal(config);
  try {
    return await measure(portal.url, bundle, options);
  } finally {
    await portal.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  url: string,
  bundle: BenchBundle,
  { items, workers }: { items: number; workers: number },
): Promise<PortalJobResult> {
  const token = await guestToken(new URL(url).origin);
  const client = new ArenaClient({ baseUrl: url });
  const create = (kind: ArenaKind, spec: object) =>
    client.create(
      CLUSTER,
      {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind,
        metadata: { name: NAME, namespace: NAMESPACE },
        spec: JSON.parse(JSON.stringify(spec)),
      },
      { token },
    );
  const viewer = new Viewer(client, token);
  try {
    await create('ArenaSource', {
      type: 'workspace',
      workspace: { path: basename(bundle.directory) },
      interval: '1h',
    });
    await viewer.until(
      object => object.kind === 'ArenaSource' && isReady(object),
    );
    // Jobs come to a portal that has been there for a while, not into the midst of its start.
    await sleep(SETTLED_MS);
    const begin = performance.now();
    await create('ArenaJob', {
      sourceRef: { name: NAME },
      workers: { replicas: workers },
    });
    const job = await viewer.until(
      ({ kind, status }) =>
        kind === 'ArenaJob' &&
        ['Succeeded', 'Failed', 'Cancelled'].includes(String(status?.phase)),
    );
    const seconds = (performance.now() - begin) / 1_000;
    const address = { cluster: CLUSTER, namespace: NAMESPACE, name: NAME };
    const [{ id }] = await client.runsOfJob(address, { token });
    await assertStored(await client.run(id, { token }), job, items);
    return { seconds, ...viewer.seenSince(begin) };
  } finally {
    viewer.close();
  }
}

/** One browser tab that shows the jobs, and the run once there is one. */
class Viewer {
  readonly #abort = new AbortController();
  readonly #objects = new Map<string, ArenaObject>();
  readonly #failures: unknown[] = [];
  readonly #client: ArenaClient;
  readonly #token: string;
  #changed = () => {};
  #messages = 0;
  #watchesRun = false;
  #firstAt = 0;
  #lastAt = 0;

  constructor(client: ArenaClient, token: string) {
    this.#client = client;
    this.#token = token;
    this.#watch(['jobs', 'sources']);
  }

  seenSince(begin: number): Omit<PortalJobResult, 'seconds'> {
    return {
      startSeconds: (this.#firstAt - begin) / 1_000,
      runningSeconds: (this.#lastAt - this.#firstAt) / 1_000,
      messages: this.#messages,
    };
  }

  async until(
    condition: (object: ArenaObject) => boolean,
  ): Promise<ArenaObject> {
    const deadline = performance.now() + LIMIT_MS;
    for (;;) {
      if (this.#failures.length > 0) throw this.#failures[0];
      const found = [...this.#objects.values()].find(condition);
      if (found) return found;
      if (performance.now() > deadline) {
        throw new Error(
          `Waited in vain: ${JSON.stringify([...this.#objects.values()])}`,
        );
      }
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 1_000);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.#abort.abort();
  }

  #watch(topics: string[]): void {
    const { signal } = this.#abort;
    this.#client
      .stream(topics, message => this.#take(message), {
        signal,
        token: this.#token,
      })
      .catch(error => {
        if (!signal.aborted) this.#failures.push(error);
      });
  }

  #take(message: ArenaStreamMessage): void {
    this.#messages += 1;
    if (message.type === 'object') {
      const { object } = message;
      this.#objects.set(object.kind, object);
      const runId = Reflect.get(Object(object.status?.run), 'id');
      if (object.kind === 'ArenaJob' && !this.#watchesRun && runId) {
        this.#watchesRun = true;
        this.#watch([`run:${runId}`]);
      }
      this.#changed();
    }
    if (message.type === 'run') {
      const { counters } = message.run;
      const { total, pending } = counters;
      if (pending < total) this.#firstAt ||= performance.now();
      if (pending > 0 || this.#lastAt === 0) this.#lastAt = performance.now();
    }
  }
}

function isReady({ status }: ArenaObject): boolean {
  return status?.phase === 'Ready';
}

async function assertStored(
  { counters }: Run,
  job: ArenaObject,
  items: number,
): Promise<void> {
  if (job.status?.phase !== 'Succeeded' || counters.passed !== items) {
    throw new Error(
      `The job ended with ${JSON.stringify({ status: job.status, counters })}`,
    );
  }
}
