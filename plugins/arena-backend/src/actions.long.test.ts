import {
  BackstageCredentials,
  coreServices,
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import mcpPlugin from '@backstage/plugin-mcp-actions-backend';
import {
  AuthorizeResult,
  DefinitivePolicyDecision,
  Permission,
} from '@backstage/plugin-permission-common';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeScriptedBundle } from './__testUtils__/scriptedBundle';
import { startPortal, TestPortal } from './__testUtils__/startPortal';

jest.setTimeout(120_000);

/** Everybody reads; Jo does the rest as well. */
const roles = createServiceFactory({
  service: coreServices.permissions,
  deps: {},
  factory: (): PermissionsService => {
    const decide = (
      requests: Array<{ permission: Permission }>,
      credentials: BackstageCredentials,
    ): DefinitivePolicyDecision[] =>
      requests.map(({ permission }) => ({
        result:
          permission.attributes.action === 'read' || isJo(credentials)
            ? AuthorizeResult.ALLOW
            : AuthorizeResult.DENY,
      }));
    return {
      authorize: async (requests, { credentials }) =>
        decide(requests, credentials),
      authorizeConditional: async (requests, { credentials }) =>
        decide(requests, credentials),
    };
  },
});

function isJo({ principal }: BackstageCredentials): boolean {
  return Reflect.get(Object(principal), 'userEntityRef') === 'user:default/jo';
}

describe('the actions, over MCP', () => {
  let folder: string;
  let portal: TestPortal;
  const clients: Client[] = [];

  async function connect(token?: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(
        new URL('../mcp-actions/v1', portal.base),
        {
          requestInit: {
            headers: token ? { authorization: `Bearer ${token}` } : {},
          },
        },
      ),
    );
    clients.push(client);
    return client;
  }

  async function call(client: Client, action: string, input: object) {
    const { tools } = await client.listTools();
    const tool = tools.find(({ name }) => name.endsWith(action));
    if (!tool) throw new Error(`No tool is called ${action}`);
    const result = await client.callTool({
      name: tool.name,
      arguments: { ...input },
    });
    const [{ text }] = result.content as Array<{ text: string }>;
    if (result.isError) throw new Error(text);
    return JSON.parse(text.replace(/^```json\s*|\s*```$/g, ''));
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-actions-'));
    writeScriptedBundle(join(folder, 'bundles/good'), 'Paris.');
    writeScriptedBundle(join(folder, 'bundles/bad'), 'Lyon.');
    portal = await startPortal(folder, {
      workspaceRoot: join(folder, 'bundles'),
      features: [mcpPlugin, roles],
    });
  });

  afterAll(async () => {
    await Promise.all(clients.map(client => client.close()));
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('create a job, wait, compare and explain a failure, as the user whose token it is', async () => {
    const jo = await connect(mockCredentials.user.token('user:default/jo'));
    for (const path of ['good', 'bad']) {
      const response = await fetch(`${portal.objects}/arenasources`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${mockCredentials.user.token(
            'user:default/jo',
          )}`,
        },
        body: JSON.stringify({
          apiVersion: 'omnia.altairalabs.ai/v1alpha1',
          kind: 'ArenaSource',
          metadata: { name: path },
          spec: { type: 'workspace', workspace: { path }, interval: '1h' },
        }),
      });
      expect(response.status).toBe(201);
    }
    const runs: Record<string, string> = {};
    for (const name of ['good', 'bad']) {
      const spec = { sourceRef: { name }, trials: 20 };
      await call(jo, 'create-job', { name, spec });
      const { ended, job } = await call(jo, 'wait-for-job', { name });
      expect({ ended, phase: job.phase }).toEqual({
        ended: true,
        phase: name === 'good' ? 'Succeeded' : 'Failed',
      });
      runs[name] = job.runId;
    }

    expect(await call(jo, 'list-jobs', { phase: ['Failed'] })).toMatchObject({
      totalItems: 1,
      jobs: [
        {
          name: 'bad',
          reason: 'TestsFailed',
          progress: { total: 20, failed: 20 },
        },
      ],
    });
    expect(
      await call(jo, 'explain-failure', { name: 'bad', maxItems: 1 }),
    ).toMatchObject({
      job: { reason: 'TestsFailed' },
      notPassed: 20,
      items: [
        {
          scenario: 'france',
          status: 'failed',
          question: 'What is the capital of France?',
          answer: 'Lyon.',
          failedChecks: [
            {
              type: 'contains',
              explanation: expect.stringContaining('Paris'),
            },
          ],
        },
      ],
    });
    expect(
      await call(jo, 'compare-runs', {
        runId: runs.bad,
        baselineRunId: runs.good,
      }),
    ).toMatchObject({
      verdict: 'Regression',
      partial: false,
      cells: 1,
      effect: -1,
      changedCells: [
        {
          scenario: 'france',
          change: 'regressed',
          baseline: '20 of 20',
          current: '0 of 20',
        },
      ],
    });
    expect(await call(jo, 'describe-job', { name: 'good' })).toMatchObject({
      job: {
        phase: 'Succeeded',
        url: expect.stringMatching(/^http:\/\/portal/),
      },
      spec: { trials: 20 },
      runs: [{ runId: runs.good, passed: 20 }],
    });
    const again = await call(jo, 'rerun-job', { name: 'bad' });
    await call(jo, 'cancel-job', { name: again.job.name });
    const { job } = await call(jo, 'wait-for-job', { name: again.job.name });
    expect(['Cancelled', 'Failed']).toContain(job.phase);
  });

  it('name each field of a job that is wrong', async () => {
    const jo = await connect(mockCredentials.user.token('user:default/jo'));
    await expect(
      call(jo, 'create-job', {
        name: 'wrong',
        spec: { sourceRef: { name: 'good' }, workers: { replicas: -1 } },
        dryRun: true,
      }),
    ).rejects.toThrow(/spec\.workers\.replicas/);
    await expect(call(jo, 'describe-job', { name: 'missing' })).rejects.toThrow(
      /missing/,
    );
  });

  it('let somebody who may only read do no more than that, and nobody who is not known', async () => {
    const reader = await connect(mockCredentials.user.token('user:default/al'));
    const { jobs } = await call(reader, 'list-jobs', {});
    expect(jobs.map((job: { name: string }) => job.name)).toContain('good');
    for (const [action, input] of [
      ['create-job', { name: 'not', spec: { sourceRef: { name: 'good' } } }],
      ['cancel-job', { name: 'good' }],
      ['rerun-job', { name: 'good' }],
    ] as const) {
      await expect(call(reader, action, input)).rejects.toThrow(
        /not allowed.*arena\.job\.(create|cancel|rerun)/i,
      );
    }
    await expect(connect('nobody')).rejects.toThrow();
  });
});
