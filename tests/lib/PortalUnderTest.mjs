import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import {
  arenaCommand,
  freePort,
  guestToken,
  startPortal,
} from '../../scripts/lib/portal.mjs';
import { must } from '../../scripts/lib/run.mjs';
import { workersUnder } from './workersUnder.mjs';

const COMPILE_CACHE = path.join(root, 'node_modules', '.cache', 'compiled');
const LOG_CHARACTERS = 4_000_000;
const ANSWER_MS = 30_000;
/** Where its objects are, in the API. */
export const NAMESPACE = '/clusters/embedded/namespaces/default';

/** The real portal as a process that can be killed and started again, always with the same port, folder and database. */
export class PortalUnderTest {
  port;
  #options;
  #portal;
  #token;
  #log = '';

  /**
   * @param {{
   *   prepared: { node: string, env: NodeJS.ProcessEnv },
   *   directory: string,
   *   postgres?: { url: string, prefix: string },
   *   entry?: string,
   *   env?: Record<string, string>,
   *   onEnd?: (code: number) => void,
   * }} options - `directory`: of everything that it keeps, bundles in `bundles`; without `postgres` there are SQLite files; `entry`: another backend than
   *   that of the demo; `onEnd`: told
   *   when it ended and nobody had asked it to
   * @returns {Promise<PortalUnderTest>}
   */
  static async create(options) {
    const portal = new PortalUnderTest();
    portal.#options = options;
    portal.port = await freePort();
    return portal;
  }

  /** Starts it and waits until it answers. */
  async start() {
    const { prepared, directory, entry, onEnd } = this.#options;
    const portal = await startPortal(prepared, {
      port: this.port,
      ...(entry && { entry }),
      dataDirectory: directory,
      onLog: text => {
        this.#log = (this.#log + text).slice(-LOG_CHARACTERS);
      },
      env: this.#env(),
    });
    this.#portal = portal;
    portal.exited.then(code => {
      if (this.#portal === portal) onEnd?.(code);
    });
    this.#token = await guestToken(portal.url);
  }

  #env() {
    const { directory, postgres, env } = this.#options;
    const common = {
      // Inherited by the workers: tells whose they are.
      TMPDIR: directory,
      // It is started again and again.
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      // Every worker that is there belongs to a run.
      APP_CONFIG_arena_workers_spare: '0',
      APP_CONFIG_arena_workspaceRoots: JSON.stringify([
        path.join(directory, 'bundles'),
      ]),
      ...env,
    };
    if (!postgres) return common;
    const { hostname, port, username, password } = new URL(postgres.url);
    return {
      ...common,
      APP_CONFIG_backend_database_client: 'pg',
      APP_CONFIG_backend_database_prefix: postgres.prefix,
      APP_CONFIG_backend_database_connection_host: hostname,
      APP_CONFIG_backend_database_connection_port: port,
      APP_CONFIG_backend_database_connection_user: username,
      APP_CONFIG_backend_database_connection_password: password,
    };
  }

  /** Ends it, and waits for that. */
  async stop(signal = 'SIGTERM') {
    const portal = this.#portal;
    this.#portal = undefined;
    await portal?.stop(signal);
  }

  kill() {
    return this.stop('SIGKILL');
  }

  get pid() {
    return this.#portal.pid;
  }

  signal(name) {
    process.kill(this.pid, name);
  }

  /** Where its API is. */
  get apiUrl() {
    return `${this.#portal.url}/api/arena`;
  }

  /** A header, for clients of their own. */
  get authorization() {
    return `Authorization: Bearer ${this.#token}`;
  }

  /** The end of what it has said so far. */
  get log() {
    return this.#log;
  }

  /** Ids of the workers that live, also of those that a killed portal left behind. */
  workers() {
    return workersUnder(this.#options.directory);
  }

  /** Reads from the API. Bound, so that it can be handed on. */
  get = at => this.send('GET', at);

  /** Creates an object of Arena in the namespace `default` of the embedded cluster. */
  createObject(kind, name, spec) {
    return this.send('POST', `${NAMESPACE}/${kind.toLowerCase()}s`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind,
      metadata: { name, namespace: 'default' },
      spec,
    });
  }

  /** @returns the answer, which is JSON. */
  async send(method, at, body) {
    const response = await this.#request(method, at, body);
    return response.json();
  }

  /** @returns the answer as text. */
  async text(at) {
    const response = await this.#request('GET', at);
    return response.text();
  }

  async #request(method, at, body) {
    if (!this.#portal) throw new Error(`${at}: the portal is not there`);
    const response = await fetch(`${this.apiUrl}/v1${at}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) {
      throw new Error(`${at}: ${response.status} ${await response.text()}`);
    }
    return response;
  }

  /** Runs the `arena` command line against it. */
  async arena(args) {
    const { prepared } = this.#options;
    const {
      command,
      args: all,
      env,
    } = arenaCommand(
      prepared,
      { url: this.#portal.url, token: this.#token },
      args,
    );
    await must(command, all, { env, quiet: true });
  }
}
