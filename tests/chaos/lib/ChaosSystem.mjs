import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PortalUnderTest } from '../../lib/PortalUnderTest.mjs';
import { until } from '../../lib/until.mjs';
import { cleanUp } from './cleanUp.mjs';
import { CuttingProxy } from './CuttingProxy.mjs';
import { Model } from './Model.mjs';
import { openPostgres, openSqlite } from './openDatabase.mjs';
import { Pace } from './Pace.mjs';
import { signalIfThere } from './signalIfThere.mjs';
import { SmallDisk } from './SmallDisk.mjs';
import { writeBundle } from './writeBundle.mjs';

const SURVIVORS_MS = 10_000;

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
  /** @type {SmallDisk | undefined} of the folder, where it is to be filled and that can be done */
  disk;
  pace = new Pace();
  /** What went wrong outside of all accounts. */
  failures = [];
  /** Until when everything must have ended; in milliseconds since the epoch. */
  deadline = Infinity;
  isStopping = false;
  /** Why those who insist had to ask again. */
  refusals = [];
  #workloads;
  #cleanups = [];

  /**
   * @param {{ prepared: object, postgres?: object, workloads: import('./workloads.mjs').Workload[], name: string, hasSmallDisk?: boolean }} options - without
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
      for (const fault of await system.stop()) error.message += `\n${fault}`;
      throw error;
    }
    return system;
  }

  async #start({ prepared, postgres, workloads, name, hasSmallDisk }) {
    this.#workloads = workloads;
    this.postgres = postgres;
    const directory = await mkdtemp(path.join(tmpdir(), 'arena-chaos-'));
    this.directory = directory;
    this.#later('the folder is removed', () =>
      // Something may still be writing to it that was killed a moment ago.
      rm(directory, { recursive: true, force: true, maxRetries: 5 }),
    );
    if (hasSmallDisk) {
      this.disk = await SmallDisk.mount(directory);
      this.#later('the disk is unmounted', () => this.disk?.unmount());
    }
    for (const workload of workloads) {
      const model = await Model.start(workload, this.pace);
      this.#later('a model stops', () => model.stop());
      this.models.set(workload.name, model);
      await writeBundle(path.join(directory, 'bundles', workload.name), {
        url: model.url,
        workload,
      });
    }
    this.proxy = await CuttingProxy.start();
    this.#later('the proxy stops', () => this.proxy.stop());
    const given = postgres && { url: postgres.url, prefix: `${name}_` };
    this.database = given
      ? openPostgres(given)
      : openSqlite(path.join(directory, 'database'));
    this.#later('the databases are removed', async () => {
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
        ARENA_CHAOS_CLOCK: this.#clock,
        APP_CONFIG_arena_workers_backendUrl: `http://127.0.0.1:${this.proxy.port}/api/arena/worker/v1`,
        APP_CONFIG_arena_workers_maxLocalProcesses: '8',
        APP_CONFIG_arena_queue_leaseTtl: '3s',
        APP_CONFIG_arena_queue_heartbeatInterval: '1s',
        APP_CONFIG_arena_queue_retryDelay: '200ms',
        APP_CONFIG_arena_outputs_retryDelay: '1s',
        // Whatever comes, each item comes to its verdict.
        APP_CONFIG_arena_queue_maxAttempts: '12',
      },
      onEnd: code => {
        if (!this.isStopping) {
          this.fail(
            `the backend ended by itself with status ${code}:\n${this.portal.log.slice(
              -2_000,
            )}`,
          );
        }
      },
    });
    this.proxy.targetPort = this.portal.port;
    this.#later('the last workers are killed', () => this.#killWorkers());
    // A fault that broke off may have left it stopped, so that it sees no other signal.
    this.#later('the portal is killed', () => this.portal.kill());
    await this.portal.start();
  }

  get #clock() {
    return path.join(this.directory, 'clock');
  }

  /** Sets the clock of the backend, until it is started again; it is right at first. */
  async setClock(wrongByMs) {
    await writeFile(this.#clock, String(wrongByMs));
    this.portal.signal('SIGUSR2');
  }

  /** @returns what went wrong with that. */
  stop() {
    this.isStopping = true;
    return cleanUp(this.#cleanups);
  }

  #later(what, run) {
    this.#cleanups.push({ what, run });
  }

  async #killWorkers() {
    await until(
      'no worker is left',
      async () => {
        const workers = await this.portal.workers();
        for (const pid of workers) signalIfThere(pid, 'SIGKILL');
        return workers.length === 0;
      },
      { timeoutMs: SURVIVORS_MS },
    );
  }

  fail(message) {
    this.failures.push(message);
  }

  /** @returns since when each is there, by name, in milliseconds since the epoch */
  async createJobs() {
    const createdAt = new Map();
    for (const { name, spec } of this.#workloads) {
      await this.createSource(name);
      await this.portal.createObject('ArenaJob', name, {
        sourceRef: { name },
        ...spec,
      });
      createdAt.set(name, Date.now());
    }
    return createdAt;
  }

  /** The bundle of a workload. */
  createSource(name) {
    return this.portal.createObject('ArenaSource', name, {
      type: 'workspace',
      interval: '1h',
      workspace: { path: name },
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
