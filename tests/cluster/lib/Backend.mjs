import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  freePort,
  guestToken,
  startPortal,
} from '../../../scripts/lib/portal.mjs';
import { ApiGate } from './ApiGate.mjs';

/** One replica of the portal: a process of its own that can be killed, stopped and started, behind its own gate to the API server. */
export class Backend {
  name;
  gate;

  #options;
  #ports;
  #portal;
  #token;
  #log = '';

  /**
   * @param {{ name: string, prepared: object, directory: string, namespace: string, image: string, workerUrl: string,
   *   api: { server: string, ca: Buffer, token: string }, database: object }} options - `directory`: has the folder `bundles`;
   *   `database`: the section `backend.database`, the same for all replicas
   */
  constructor(options) {
    this.#options = options;
    this.name = options.name;
    this.gate = new ApiGate(options.api);
  }

  /** Undefined when it does not run. */
  get pid() {
    return this.#portal?.pid;
  }

  /** The end of what it printed. */
  get log() {
    return this.#log;
  }

  get workerPort() {
    return this.#ports.workers;
  }

  async prepare() {
    await this.gate.open();
    this.#ports = { portal: await freePort(), workers: await freePort() };
  }

  async start() {
    const { prepared, directory } = this.#options;
    const own = path.join(directory, this.name);
    await mkdir(own, { recursive: true });
    const config = path.join(own, 'app-config.yaml');
    await writeFile(config, JSON.stringify(this.#config()));
    this.#portal = await startPortal(prepared, {
      port: this.#ports.portal,
      dataDirectory: own,
      configs: ['app-config.yaml', config],
      onLog: text => {
        this.#log = (this.#log + text).slice(-200_000);
      },
    });
    this.#token = await guestToken(this.#portal.url);
  }

  async kill() {
    await this.#portal?.stop('SIGKILL');
    this.#portal = undefined;
    this.gate.letGo();
  }

  /** Stops its clock, and itself. */
  pause() {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume() {
    process.kill(this.pid, 'SIGCONT');
  }

  async stop() {
    await this.#portal?.stop('SIGKILL');
    await this.gate.cut();
  }

  /** Asks the API of the portal. */
  get = async at => {
    const response = await fetch(`${this.#portal.url}/api/arena/v1${at}`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (!response.ok) {
      throw new Error(`${at}: ${response.status} ${await response.text()}`);
    }
    return response.json();
  };

  #config() {
    const { api, database, directory, image, namespace, workerUrl } =
      this.#options;
    return {
      backend: { database },
      arena: {
        workspaceRoots: [path.join(directory, 'bundles')],
        embedded: { enabled: false },
        workers: { listen: { host: '127.0.0.1', port: this.workerPort } },
        clusters: [
          {
            name: 'dev',
            connection: {
              type: 'direct',
              url: this.gate.url,
              token: api.token,
              skipTLSVerify: true,
            },
            namespaces: [namespace],
            // Another one takes over soon, so that more goes wrong in a minute.
            leaderElection: {
              leaseDuration: '6s',
              renewDeadline: '4s',
              retryPeriod: '1s',
            },
            worker: {
              image,
              imagePullPolicy: 'Never',
              backendUrl: workerUrl,
              resources: { requests: { cpu: '10m', memory: '64Mi' } },
            },
          },
        ],
      },
      // Nothing of the portal but jobs is of interest here.
      catalog: { locations: [] },
    };
  }
}
