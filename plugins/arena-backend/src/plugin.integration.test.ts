import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import knexFactory, { Knex } from 'knex';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import arenaPlugin from '.';

jest.setTimeout(180_000);

const ROOT = resolve(__dirname, '../../..');

/** A backend in this process with real HTTP, a SQLite file and real worker processes. */
async function startPortal(folder: string) {
  const knex: Knex = knexFactory({
    client: 'better-sqlite3',
    connection: join(folder, 'arena.sqlite'),
    useNullAsDefault: true,
  });
  const backend = await startTestBackend({
    features: [
      arenaPlugin,
      createServiceFactory({
        service: coreServices.database,
        deps: {},
        factory: () => ({ getClient: async () => knex }),
      }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://portal.example.com/' },
          backend: { baseUrl: 'http://localhost', listen: { port: 0 } },
          arena: {
            dataDirectory: join(folder, 'data'),
            workspaceRoots: [join(ROOT, 'examples/bundles')],
          },
        },
      }),
    ],
  });
  const base = `http://127.0.0.1:${backend.server.port()}/api/arena/v1`;
  const objects = `${base}/clusters/embedded/namespaces/default`;

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

const TERMINAL = ['Succeeded', 'Failed', 'Cancelled'];
const finished = (job: any) => TERMINAL.includes(job.status?.phase);

/** Worker processes of this test that are still there. */
function workerProcesses(): string[] {
  const children = execFileSync('ps', [
    '--ppid',
    String(process.pid),
    '-o',
    'args=',
  ]).toString();
  return children.split('\n').filter(line => / worker$/.test(line));
}

describe('the arena backend', () => {
  let folder: string;
  let portal: Awaited<ReturnType<typeof startPortal>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-plugin-'));
    portal = await startPortal(folder);
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs an example to its end', async () => {
    await portal.apply('examples/jobs/support-agent.yaml');
    const job = await portal.waitFor('arenajobs', 'support-agent', finished);
    expect(job.status.conditions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'Ready', status: 'True' }),
        expect.objectContaining({ type: 'ConfigValid', status: 'True' }),
        expect.objectContaining({ type: 'JobCreated', status: 'True' }),
        expect.objectContaining({
          type: 'Progressing',
          status: 'False',
          reason: 'JobSucceeded',
        }),
      ]),
    );
    const { total, completed, failed, pending } = job.status.progress;
    expect(total).toBeGreaterThan(8);
    expect({ completed, failed, pending }).toEqual({
      completed: total,
      failed: 0,
      pending: 0,
    });
    expect(job.status.result.summary).toMatchObject({
      passRate: '100.0',
      totalItems: String(total),
      failedItems: '0',
    });
    expect(job.status.result.url).toBe(
      `http://portal.example.com/arena/runs/${job.status.run.id}`,
    );
    expect(job.metadata.finalizers ?? []).toEqual([]);

    const run = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status.run.id}`,
    );
    expect(run).toMatchObject({ state: 'Closed', outcome: 'Completed' });
    expect(run.reports.map((r: any) => r.name)).toEqual(
      expect.arrayContaining(['results.json', 'results.csv']),
    );
    const events = await portal.call(
      'GET',
      `${portal.objects}/arenajobs/support-agent/events`,
    );
    expect(JSON.stringify(events)).toContain('JobCreated');
    expect(JSON.stringify(events)).toContain('JobSucceeded');
    expect(workerProcesses()).toEqual([]);
  });
});
