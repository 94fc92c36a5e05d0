import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
// A whole portal, as an administrator puts it together.
// eslint-disable-next-line @backstage/no-mixed-plugin-imports
import arenaPlugin from '@backstage-arena/plugin-arena-backend';
import knexFactory from 'knex';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import scaffolderModuleArena from './index';

jest.setTimeout(180_000);

const ROOT = resolve(__dirname, '../../..');
const example = (name: string) =>
  parse(
    readFileSync(
      join(ROOT, 'examples/templates', name, 'template.yaml'),
      'utf8',
    ),
  );

/** Takes a source, runs it, and fetches what came out. */
const evaluate = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'evaluate', namespace: 'default' },
  spec: {
    owner: 'user:default/mock',
    type: 'evaluation',
    parameters: [],
    steps: [
      {
        id: 'source',
        name: 'Source',
        action: 'arena:source:create',
        input: {
          name: '${{ parameters.path }}',
          spec: {
            type: 'workspace',
            interval: '1h',
            workspace: { path: '${{ parameters.path }}' },
          },
        },
      },
      {
        id: 'create',
        name: 'Create',
        action: 'arena:job:create',
        input: {
          name: '${{ parameters.path }}',
          spec: { sourceRef: { name: '${{ steps.source.output.name }}' } },
        },
      },
      {
        id: 'wait',
        name: 'Wait',
        action: 'arena:job:wait',
        input: { jobRef: '${{ steps.create.output.jobRef }}' },
      },
      {
        id: 'results',
        name: 'Results',
        action: 'arena:results:fetch',
        input: {
          jobRef: '${{ steps.wait.output.jobRef }}',
          files: ['results.json'],
        },
      },
    ],
    output: {
      text: [
        {
          title: 'Verdict',
          content:
            '${{ steps.wait.output.phase }} ${{ steps.wait.output.summary.passRate }} ${{ steps.results.output.files }}',
        },
      ],
    },
  },
};

describe('templates in a portal', () => {
  let folder: string;
  let stop: () => Promise<void>;
  let base: string;
  const headers = {
    authorization: mockCredentials.user.header(),
    'content-type': 'application/json',
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-scaffolder-'));
    const databases = new Map<string, ReturnType<typeof knexFactory>>();
    const backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        scaffolderModuleArena,
        arenaPlugin,
        createServiceFactory({
          service: coreServices.database,
          deps: { metadata: coreServices.pluginMetadata },
          factory: ({ metadata }) => ({
            getClient: async () => {
              const id = metadata.getId();
              const there =
                databases.get(id) ??
                knexFactory({
                  client: 'better-sqlite3',
                  connection: join(folder, `${id}.sqlite`),
                  useNullAsDefault: true,
                });
              databases.set(id, there);
              return there;
            },
          }),
        }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'https://portal.example.com' },
            backend: {
              baseUrl: 'http://localhost',
              listen: { port: 0 },
              workingDirectory: folder,
            },
            arena: {
              dataDirectory: join(folder, 'data'),
              workspaceRoots: [join(ROOT, 'examples/bundles')],
            },
          },
        }),
        catalogServiceMock.factory({
          entities: [
            evaluate,
            example('nightly-regression'),
            example('generate-a-data-set'),
          ],
        }),
      ],
    });
    base = `http://127.0.0.1:${backend.server.port()}/api`;
    stop = async () => {
      await backend.stop();
      // The scaffolder looks for tasks once more after its end.
      await databases.get('arena')?.destroy();
    };
  });

  afterAll(async () => {
    await stop?.();
    rmSync(folder, { recursive: true, force: true });
  });

  const get = async (path: string) =>
    (await fetch(`${base}${path}`, { headers })).json();

  /** Runs a template to its end. */
  async function run(
    name: string,
    values: object,
    wanted: 'completed' | 'failed' = 'completed',
  ) {
    const response = await fetch(`${base}/scaffolder/v2/tasks`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ templateRef: `template:default/${name}`, values }),
    });
    const { id, ...rest } = await response.json();
    if (!id) throw new Error(JSON.stringify(rest));
    const end = Date.now() + 120_000;
    for (;;) {
      const task = await get(`/scaffolder/v2/tasks/${id}`);
      if (!['open', 'processing'].includes(task.status)) {
        const events: Array<{ type: string; body: any }> = await get(
          `/scaffolder/v2/tasks/${id}/events`,
        );
        const log = events.map(({ body }) => body.message).join('\n');
        if (task.status !== wanted) throw new Error(log);
        return {
          log,
          output: events.find(({ type }) => type === 'completion')?.body.output,
        };
      }
      if (Date.now() > end) throw new Error('The task does not end');
      await new Promise(done => setTimeout(done, 200));
    }
  }

  it('take a source, run its scenarios with their progress in the log, and fetch the results', async () => {
    const { log, output } = await run('evaluate', {
      path: 'support-agent',
    });
    expect(output.text[0].content).toBe(
      'Succeeded 100.0 arena-results/results.json',
    );
    expect(log).toMatch(/Fetched \S+/);
    expect(log).toContain('ArenaJob embedded/default/support-agent: Succeeded');
    expect(log).toContain('Written: results.json');
  });

  it('fail with the verdict of the job and where to look', async () => {
    const { log } = await run(
      'evaluate',
      { path: 'model-comparison' },
      'failed',
    );
    expect(log).toMatch(
      /ArenaJob embedded\/default\/model-comparison did not succeed: Failed \(TestsFailed\): .* See https:\/\/portal\.example\.com\/arena\/jobs\/embedded\/default\/model-comparison/,
    );
  });

  it('say what is wrong with a source', async () => {
    const { log } = await run('evaluate', { path: 'no-such-folder' }, 'failed');
    expect(log).toMatch(
      /no-such-folder could not be fetched: .*no-such-folder/,
    );
  });

  it('create a schedule that compares each night with the one before', async () => {
    const { output } = await run('nightly-regression', {
      name: 'nightly',
      source: 'support-agent',
      namespace: 'default',
      cron: '0 2 * * *',
      timezone: 'Europe/Berlin',
      trials: 5,
      minPassRate: 80,
    });
    expect(output.text[0].content).toMatch(/^\d{4}-\d\d-\d\dT0[01]:00:00/);
    const { spec } = await get(
      '/arena/v1/clusters/embedded/namespaces/default/arenajobs/nightly',
    );
    expect(spec).toMatchObject({
      schedule: {
        cron: '0 2 * * *',
        timezone: 'Europe/Berlin',
        concurrencyPolicy: 'Forbid',
      },
      evaluation: { gate: { minPassRate: 80, baseline: { previous: true } } },
    });
  });

  it('generate rows', async () => {
    await fetch(
      `${base}/arena/v1/clusters/embedded/namespaces/default/arenasources`,
      {
        method: 'POST',
        headers,
        body: JSON.stringify({
          apiVersion: 'omnia.altairalabs.ai/v1alpha1',
          kind: 'ArenaSource',
          metadata: { name: 'order-table' },
          spec: {
            type: 'workspace',
            interval: '1h',
            workspace: { path: 'order-table' },
          },
        }),
      },
    );
    const { log, output } = await run('generate-a-data-set', {
      source: 'order-table',
      namespace: 'default',
      count: 20,
      format: 'jsonl',
      replicas: 1,
    });
    expect(output.text[0].content).toContain('20');
    expect(log).toContain('Written: data.jsonl');
  });
});
