import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PortalUnderTest } from '../../lib/PortalUnderTest.mjs';
import { CuttingProxy } from './CuttingProxy.mjs';
import { Model } from './Model.mjs';
import { openPostgres, openSqlite } from './openDatabase.mjs';
import { Pace } from './Pace.mjs';
import { writeBundle } from './writeBundle.mjs';

const API_VERSION = 'omnia.altairalabs.ai/v1alpha1';
export const NAMESPACE = '/clusters/embedded/namespaces/default';

/** A portal with its database, its workers, a network between them and a model for each workload: everything that can be broken. */
export class ChaosSystem {
  /** @type {PortalUnderTest} */
  portal;
  /** @type {CuttingProxy} */
  proxy;
  /** @type {Map<string, Model>} */
  models = new Map();
  /** @type {import('./openDatabase.mjs').ReadDatabase} */
  database;
  postgres;
  directory;
  pace = new Pace();
  /** What went wrong outside of all accounts. */
  failures = [];
  #workloads;
  #cleanups = [];
  #isEnding = false;

  /**
   * @param {{ prepared: object, postgres?: object, workloads: import('./workloads.mjs').Workload[], name: string }} options - without
   *   `postgres` there are SQLite files; `name`: of this system among others on the server
   */
  static async start(options) {
    const system = new ChaosSystem();
    try {
      await system.#start(options);
    } catch (error) {
      error.message += system.portal
        ? `\n${system.portal.log.slice(-4_000)}`
        : '';
      await system.stop();
      throw error;
    }
    return system;
  }

  async #start({ prepared, postgres, workloads, name }) {
    this.#workloads = workloads;
    this.postgres = postgres;
    const directory = await mkdtemp(path.join(tmpdir(), 'arena-chaos-'));
    this.directory = directory;
    this.#cleanups.push(() => rm(directory, { recursive: true, force: true }));
    for (const workload of workloads) {
      const model = await Model.start(workload, this.pace);
      this.#cleanups.push(() => model.stop());
      this.models.set(workload.name, model);
      await writeBundle(path.join(directory, 'bundles', workload.name), {
        url: model.url,
        workload,
      });
    }
    this.proxy = await CuttingProxy.start();
    this.#cleanups.push(() => this.proxy.stop());
    const given = postgres && { url: postgres.url, prefix: `${name}_` };
    this.database = given
      ? openPostgres(given)
      : openSqlite(path.join(directory, 'database'));
    this.#cleanups.push(async () => {
      // A fault that broke off may have left it down.
      await postgres?.start();
      await this.database.close();
    });
    this.portal = await PortalUnderTest.create({
      prepared,
      directory,
      postgres: given,
      entry: 'tests/chaos/lib/backend.ts',
      env: {
        APP_CONFIG_arena_workers_backendUrl: `http://127.0.0.1:${this.proxy.port}/api/arena/worker/v1`,
        APP_CONFIG_arena_workers_maxLocalProcesses: '8',
        APP_CONFIG_arena_queue_leaseTtl: '3s',
        APP_CONFIG_arena_queue_heartbeatInterval: '1s',
        APP_CONFIG_arena_queue_retryDelay: '200ms',
        // Whatever comes, each item comes to its verdict.
        APP_CONFIG_arena_queue_maxAttempts: '12',
      },
      onEnd: code => {
        if (!this.#isEnding) {
          this.fail(
            `the backend ended by itself with status ${code}:\n${this.portal.log.slice(
              -2_000,
            )}`,
          );
        }
      },
    });
    this.proxy.targetPort = this.portal.port;
    this.#cleanups.push(() => this.portal.stop());
    await this.portal.start();
  }

  async stop() {
    this.#isEnding = true;
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  fail(message) {
    this.failures.push(message);
  }

  async createJobs() {
    for (const { name, spec } of this.#workloads) {
      await this.#create('ArenaSource', name, {
        type: 'workspace',
        interval: '1h',
        workspace: { path: name },
      });
      await this.#create('ArenaJob', name, { sourceRef: { name }, ...spec });
    }
  }

  #create(kind, name, spec) {
    return this.portal.send('POST', `${NAMESPACE}/${kind.toLowerCase()}s`, {
      apiVersion: API_VERSION,
      kind,
      metadata: { name, namespace: 'default' },
      spec,
    });
  }

  /** How many calls were made of workloads whose calls count. */
  callsMade() {
    return this.#workloads
      .filter(({ calls }) => calls !== undefined)
      .reduce((sum, { name }) => sum + this.models.get(name).calls.length, 0);
  }

  /** Names of workloads, once for each of their workers. */
  allWorkers() {
    return this.#workloads.flatMap(({ name, workers }) =>
      Array.from({ length: workers }, () => name),
    );
  }

  /**
   * A living worker, and the workload that it works for: several when that is not known.
   *
   * @param {number} choice - from 0 to 1
   */
  async chooseWorker(choice) {
    const pids = await this.portal.workers();
    const pid = pids[Math.floor(choice * pids.length)];
    if (pid === undefined) return undefined;
    const rows = await this.database.query(
      `select job_name from run_workers join runs on seq = run_seq where pid = ${pid} order by registered_at desc`,
    );
    const names = rows
      .slice(0, 1)
      .flatMap(({ job_name: job }) =>
        this.#workloads
          .map(({ name }) => name)
          .filter(name => job === name || job.startsWith(`${name}-`)),
      );
    return { pid, names: names.length > 0 ? names : [...this.models.keys()] };
  }
}
