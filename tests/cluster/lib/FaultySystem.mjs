import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { root } from '../../../scripts/lib/paths.mjs';
import { buildApp } from '../../../scripts/lib/portal.mjs';
import { startPostgres } from '../../../scripts/lib/postgres.mjs';
import { prepare } from '../../../scripts/lib/prepare.mjs';
import { allIndexes } from '../../lib/allIndexes.mjs';
import { writeEchoBundle } from '../../lib/echoBundle.mjs';
import { until } from '../../lib/until.mjs';
import { Backend } from './Backend.mjs';
import { WorkerDoor } from './WorkerDoor.mjs';

const require = createRequire(import.meta.url);
require('@backstage/cli/config/nodeTransform.cjs');
const {
  ensureWorkerImage,
  startCluster,
  startMockLlm,
} = require('../../../packages/arena-devcluster/src/index.ts');

const ITEMS = 1_000;
const SCENARIOS = 20;
export const WORKERS = 3;
/** Items in flight per worker. */
export const CONCURRENCY = 6;
/** Time of a call while something is to go wrong: the further the run, the longer, so that it outlasts the faults on a slow machine as well. */
const SLOW_MS = 2_500;
const SLOWEST_MS = 20_000;
/** Time of a call afterwards. */
const FAST_MS = 50;

const ENDED = ['Succeeded', 'Failed', 'Cancelled'];
const API_VERSION = 'omnia.altairalabs.ai/v1alpha1';

/** A whole portal of two replicas on one database, a cluster of its own, and a model: everything that can be broken. */
export class FaultySystem {
  namespace = 'faults';
  cluster;
  llm;
  /** Backends, by name. */
  a;
  b;

  #door = new WorkerDoor();
  #cleanups = [];
  #endsSoon = false;
  /** The backend where workers are let in, and who is asked. */
  serving;
  #job;
  #runId;
  /** Jobs of workers that had to be replaced. */
  #deletedJobs = 0;
  #firstCall = 0;

  static async start() {
    const system = new FaultySystem();
    try {
      await system.#start();
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  async #start() {
    const prepared = await prepare();
    await buildApp(prepared);
    const image = await ensureWorkerImage();
    this.cluster = await startCluster({
      images: [image.file],
      manifests: [path.join(root, 'crds')],
    });
    this.#cleanups.push(() => this.cluster.down());
    const { hostAddress } = this.cluster;
    this.llm = await startMockLlm({
      host: hostAddress,
      reply: ({ messages }) => ({
        text: `You said: ${messages.at(-1).content}`,
        latencyMs: this.#callMs(),
      }),
    });
    this.#cleanups.push(() => this.llm.stop());
    const postgres = await startPostgres(prepared);
    this.#cleanups.push(() => postgres.stop());
    const workerUrl = await this.#door.open(hostAddress);
    this.#cleanups.push(() => this.#door.close());
    const directory = await mkdtemp(path.join(tmpdir(), 'arena-faults-'));
    this.#cleanups.push(() => rm(directory, { recursive: true, force: true }));
    await writeEchoBundle(path.join(directory, 'bundles', 'echo'), {
      llmUrl: this.llm.url,
      scenarios: SCENARIOS,
      concurrency: CONCURRENCY,
    });
    for (const name of ['a', 'b']) {
      this[name] = new Backend({
        name,
        prepared,
        directory,
        namespace: this.namespace,
        image: image.name,
        workerUrl,
        api: accessOf(this.cluster.kubeconfig),
        database: databaseAt(postgres.url),
      });
      await this[name].prepare();
      this.#cleanups.push(() => this[name].stop());
    }
    await this.#apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: this.namespace,
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    });
    await this.#apply({
      apiVersion: API_VERSION,
      kind: 'ArenaSource',
      metadata: { name: 'echo', namespace: this.namespace },
      spec: { type: 'workspace', interval: '1h', workspace: { path: 'echo' } },
    });
  }

  async stop() {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  /** Lets workers in to this backend, and asks it from now on. */
  serveFrom(backend) {
    this.serving = backend;
    this.#door.target = backend.workerPort;
  }

  /** Makes an ArenaJob, whose calls take their time until something ended well. */
  async createJob(name) {
    this.#endsSoon = false;
    this.#firstCall = this.llm.calls.length;
    this.#job = name;
    this.#runId = undefined;
    this.#deletedJobs = 0;
    await this.#apply({
      apiVersion: API_VERSION,
      kind: 'ArenaJob',
      metadata: { name, namespace: this.namespace },
      spec: {
        sourceRef: { name: 'echo' },
        type: 'evaluation',
        trials: ITEMS / SCENARIOS,
        workers: { replicas: WORKERS },
      },
    });
  }

  /** The ArenaJob as the API server has it. */
  job() {
    return this.get('arenajob', this.#job);
  }

  /** The Job of its workers, if there is one. */
  async workerJob() {
    const { items } = await this.get('jobs');
    return items.find(
      ({ metadata }) => metadata.name === `${this.#job}-worker`,
    );
  }

  /** Deletes it; another one must follow, which is the only reason for there to be another one. */
  async deleteWorkerJob() {
    const { metadata } = await this.workerJob();
    this.#deletedJobs += 1;
    await this.kubectl('delete', 'job', metadata.name, '--wait=false');
    await until('another Job is there', async () => {
      const job = await this.workerJob();
      return job && job.metadata.uid !== metadata.uid;
    });
  }

  /** The pods of its workers that are neither at their end nor about to go. */
  async pods() {
    const { items } = await this.get(
      'pods',
      '-l',
      `batch.kubernetes.io/job-name=${this.#job}-worker`,
    );
    return items.filter(
      ({ metadata, status }) =>
        !metadata.deletionTimestamp && status.phase === 'Running',
    );
  }

  async get(...args) {
    return JSON.parse(await this.kubectl('get', ...args, '-o', 'json'));
  }

  kubectl(...args) {
    return this.cluster.kubectl(['-n', this.namespace, ...args]);
  }

  /** The backend that is elected. */
  async leader() {
    const { items } = await this.get('leases');
    const [lease] = items.filter(
      ({ metadata }) => metadata.name === 'arena-controller',
    );
    const pid = Number(lease?.spec.holderIdentity.split('/')[1]);
    return [this.a, this.b].find(backend => backend.pid === pid);
  }

  /** Waits until so many more items are in, while the run has not come to its end. */
  async goesOn(more = 15) {
    const start = await this.#finished();
    await until(`${more} more items than ${start} are in`, async () => {
      const now = await this.#finished();
      assert.ok(now < ITEMS, 'the run has ended before all that was planned');
      return now >= start + more;
    });
  }

  /** Waits until the object says at least what has been counted up to now. */
  async statusFollows() {
    const counted = await this.#finished();
    await until(`the status says ${counted} items`, async () => {
      const { progress } = (await this.job()).status;
      return progress.completed >= counted;
    });
  }

  /**
   * Lets the run come to its end and checks it: each item is counted once, nobody paid for more than what the faults may waste, there was
   * one Job of workers, and nothing is left.
   *
   * @param {{ waste: number }} options - calls that may have been made in vain
   * @returns {Promise<string>} what it cost
   */
  async endsWell({ waste }) {
    this.#endsSoon = true;
    const job = await until('the job ends', async () => {
      const found = await this.job();
      return ENDED.includes(found.status?.phase) && found;
    });
    assert.equal(job.status.phase, 'Succeeded', JSON.stringify(job.status));
    assert.deepEqual(job.status.progress, {
      total: ITEMS,
      completed: ITEMS,
      failed: 0,
      pending: 0,
    });
    const indexes = await allIndexes(this.serving.get, this.#runId);
    assert.equal(indexes.length, ITEMS, 'as many results as items');
    assert.equal(new Set(indexes).size, ITEMS, 'each item once');
    const calls = this.llm.calls.length - this.#firstCall;
    assert.ok(calls >= ITEMS);
    assert.ok(
      calls <= ITEMS + waste,
      `${calls} calls are more than ${ITEMS} and the ${waste} that the faults may waste`,
    );
    await this.#checkJobs();
    await this.#checkLeftovers();
    return `${calls} calls for ${ITEMS} items; allowed: ${ITEMS + waste}`;
  }

  /** The API server knows of all that was ever created. */
  async #checkJobs() {
    const created = (await this.cluster.auditLog())
      .filter(
        ({ verb, objectRef, responseStatus }) =>
          verb === 'create' &&
          objectRef?.resource === 'jobs' &&
          objectRef.namespace === this.namespace &&
          responseStatus?.code === 201,
      )
      .map(({ objectRef }) => objectRef.name)
      .filter(name => name.startsWith(`${this.#job}-`));
    const count = name => created.filter(each => each === name).length;
    const workers = count(`${this.#job}-worker`);
    const reports = count(`${this.#job}-finalize`);
    assert.equal(workers, 1 + this.#deletedJobs, `created: ${created}`);
    assert.ok(reports <= 1, `created: ${created}`);
    assert.equal(created.length, workers + reports, `created: ${created}`);
  }

  async #checkLeftovers() {
    await until('no pod runs', async () => {
      const { items } = await this.get('pods');
      return items.every(({ status }) =>
        ['Succeeded', 'Failed'].includes(status.phase),
      );
    });
    await until(
      'no Secret is left',
      async () => (await this.get('secrets')).items.length === 0,
    );
    await this.kubectl('delete', 'arenajob', this.#job);
    await until('everything went with the job', async () => {
      const { items } = await this.get('jobs,pods');
      return items.length === 0;
    });
  }

  #callMs() {
    if (this.#endsSoon) return FAST_MS;
    const share = (this.llm.calls.length - this.#firstCall) / ITEMS;
    return SLOW_MS + (SLOWEST_MS - SLOW_MS) * Math.max(0, 2 * share - 1);
  }

  async #finished() {
    this.#runId ??= await until('the run exists', async () => {
      const { status } = await this.job();
      return status?.run?.id;
    });
    const { counters } = await this.serving.get(`/runs/${this.#runId}`);
    return counters.passed + counters.failed + counters.errored;
  }

  async #apply(object) {
    await this.cluster.kubectl(['apply', '--server-side', '-f', '-'], {
      input: JSON.stringify(object),
    });
  }
}

function accessOf(kubeconfig) {
  const kube = new KubeConfig();
  kube.loadFromFile(kubeconfig);
  const { server, caData } = kube.getCurrentCluster();
  return {
    server,
    ca: Buffer.from(caData, 'base64'),
    token: kube.getCurrentUser().token,
  };
}

function databaseAt(url) {
  const { hostname, port, username, password } = new URL(url);
  return {
    client: 'pg',
    prefix: `faults_${process.pid}_`,
    connection: {
      host: hostname,
      port: Number(port),
      user: username,
      password,
    },
  };
}
