import {
  BackendFeature,
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import knexFactory, { Knex } from 'knex';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import arenaPlugin from '..';

const ROOT = resolve(__dirname, '../../../..');

/** Options of {@link startPortal}. */
export interface TestPortalOptions {
  workspaceRoot?: string;
  /** The section `arena` of app-config, beside what every test has. */
  arena?: JsonObject;
  /** Where the objects are that `objects`, `waitFor` and `apply` speak of. Default: `default` of the database. */
  home?: { cluster: string; namespace: string };
  /** Other sections of app-config. */
  root?: JsonObject;
  /** Services in place of the usual ones. */
  features?: BackendFeature[];
}

/** A backend in this process with real HTTP, a SQLite file and real workers. */
export async function startPortal(
  folder: string,
  options: TestPortalOptions = {},
) {
  const knex: Knex = knexFactory({
    client: 'better-sqlite3',
    connection: join(folder, 'arena.sqlite'),
    useNullAsDefault: true,
  });
  const backend = await startTestBackend({
    features: [
      arenaPlugin,
      ...(options.features ?? []),
      createServiceFactory({
        service: coreServices.database,
        deps: {},
        factory: () => ({ getClient: async () => knex }),
      }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://portal.example.com/' },
          backend: {
            baseUrl: 'http://localhost',
            listen: { port: 0 },
            actions: { pluginSources: ['arena'] },
          },
          ...options.root,
          arena: {
            dataDirectory: join(folder, 'data'),
            discovery: { allowedHosts: ['127.0.0.1', 'localhost'] },
            network: { allow: ['127.0.0.1', 'localhost'] },
            workspaceRoots: [
              options.workspaceRoot ?? join(ROOT, 'examples/bundles'),
            ],
            ...options.arena,
          },
        },
      }),
    ],
  });
  const base = `http://127.0.0.1:${backend.server.port()}/api/arena/v1`;
  const { cluster, namespace } = options.home ?? {
    cluster: 'embedded',
    namespace: 'default',
  };
  const objects = `${base}/clusters/${cluster}/namespaces/${namespace}`;

  async function call(method: string, url: string, body?: object) {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${url}: ${response.status} ${text}`);
    }
    return text ? JSON.parse(text) : undefined;
  }

  async function waitFor(
    plural: string,
    name: string,
    condition: (object: any) => boolean,
    ms = 90_000,
  ) {
    const end = Date.now() + ms;
    for (;;) {
      const object = await call('GET', `${objects}/${plural}/${name}`);
      if (condition(object)) return object;
      if (Date.now() > end) {
        throw new Error(`Waited in vain: ${JSON.stringify(object, null, 2)}`);
      }
      await new Promise(done => setTimeout(done, 100));
    }
  }

  return {
    base,
    objects,
    call,
    waitFor,
    apply: (file: string) =>
      Promise.all(
        parseAllDocuments(readFileSync(join(ROOT, file), 'utf8')).map(
          document => {
            const object = document.toJS();
            const plural = `${object.kind.toLowerCase()}s`;
            return call('POST', `${objects}/${plural}`, object);
          },
        ),
      ),
    stop: async () => {
      await backend.stop();
      await knex.destroy();
    },
  };
}

/** What {@link startPortal} gives. */
export type TestPortal = Awaited<ReturnType<typeof startPortal>>;

const TERMINAL = ['Succeeded', 'Failed', 'Cancelled'];

/** True for a job whose phase never changes again. */
export const finished = (job: any): boolean =>
  TERMINAL.includes(job.status?.phase);

/** Process ids of workers that this process has started and that are still there. */
export function workerPids(): number[] {
  const children = execFileSync('ps', [
    '--ppid',
    String(process.pid),
    '-o',
    'pid=,args=',
  ]).toString();
  return children
    .split('\n')
    .filter(line => / worker( --wait)?$/.test(line))
    .map(line => Number.parseInt(line, 10));
}
