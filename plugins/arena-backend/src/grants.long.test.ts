import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  SlowModel,
  startSlowModel,
  writeSlowBundle,
} from './__testUtils__/slowBundle';
import { finished, startPortal, TestPortal } from './__testUtils__/startPortal';

jest.setTimeout(120_000);

const TRIALS = 24;
const ARENA = resolve(__dirname, '../../../packages/arena-worker/bin/arena');

/** Reason and message of a condition. */
function condition(object: any, type: string) {
  const found = object.status?.conditions?.find((c: any) => c.type === type);
  return { reason: found?.reason, message: found?.message };
}

describe('grants between namespaces of the database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arena-grants-'));
  let model: SlowModel;
  let portal: TestPortal;

  const namespaced = (namespace: string) =>
    `${portal.base}/clusters/embedded/namespaces/${namespace}`;
  const create = (plural: string, kind: string, object: any) =>
    portal.call(
      'POST',
      `${namespaced(object.metadata.namespace ?? 'default')}/${plural}`,
      { apiVersion: 'omnia.altairalabs.ai/v1alpha1', kind, ...object },
    );
  const createJob = (name: string) =>
    create('arenajobs', 'ArenaJob', {
      metadata: { name },
      spec: {
        sourceRef: { name: 'slow' },
        providers: {
          default: [{ providerRef: { name: 'lent', namespace: 'shared' } }],
        },
        trials: TRIALS,
      },
    });
  const refused = (name: string, type = 'JobCreated') =>
    portal.waitFor(
      type === 'JobCreated' ? 'arenajobs' : 'arenaconfigs',
      name,
      object => condition(object, type).reason === 'ProviderNotGranted',
    );
  /** The object that a message names. */
  const named = (object: any, type = 'JobCreated') =>
    JSON.parse(
      /this object: (\{.*\})$/.exec(condition(object, type).message)![1],
    );

  beforeAll(async () => {
    model = await startSlowModel(200);
    const bundles = join(folder, 'bundles');
    mkdirSync(bundles);
    writeSlowBundle(join(bundles, 'slow'), { url: model.url, concurrency: 2 });
    portal = await startPortal(folder, { workspaceRoot: bundles });
    await create('arenasources', 'ArenaSource', {
      metadata: { name: 'slow' },
      spec: { type: 'workspace', workspace: { path: 'slow' } },
    });
    await create('providers', 'Provider', {
      metadata: { name: 'lent', namespace: 'shared' },
      spec: { type: 'vllm', model: 'slow', baseURL: model.url },
    });
  });

  afterAll(async () => {
    await portal?.stop();
    await model?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('let a waiting job go on once they are there, and a running one when they are gone', async () => {
    await createJob('lender');
    const waiting = await refused('lender');
    expect(waiting.status.phase).toBe('Pending');
    const grant = named(waiting);

    const grants = `${namespaced('shared')}/arenareferencegrants`;
    await portal.call('POST', grants, grant);
    const running = await portal.waitFor(
      'arenajobs',
      'lender',
      job => job.status.progress?.completed > 0,
    );
    expect(running.status.phase).toBe('Running');

    await portal.call('DELETE', `${grants}/${grant.metadata.name}`);
    const job = await portal.waitFor('arenajobs', 'lender', finished);
    expect(job.status).toMatchObject({
      phase: 'Succeeded',
      progress: { total: TRIALS, completed: TRIALS, failed: 0 },
    });

    await createJob('late');
    await refused('late');
  });

  it('say whether they are for jobs or for configs', async () => {
    await create('arenaconfigs', 'ArenaConfig', {
      metadata: { name: 'with-lent' },
      spec: {
        sourceRef: { name: 'slow' },
        providers: [{ name: 'lent', namespace: 'shared' }],
      },
    });
    const grant = named(await refused('with-lent', 'Ready'), 'Ready');
    expect(grant.spec.from).toEqual([
      { kind: 'ArenaConfig', namespace: 'default' },
    ]);
    await portal.call(
      'POST',
      `${namespaced('shared')}/arenareferencegrants`,
      grant,
    );
    await portal.waitFor(
      'arenaconfigs',
      'with-lent',
      config => config.status.phase === 'Ready',
    );
    // The provider is named by the config, not by the job.
    await create('arenajobs', 'ArenaJob', {
      metadata: { name: 'by-config' },
      spec: { sourceRef: { name: 'with-lent', kind: 'ArenaConfig' } },
    });
    const job = await portal.waitFor('arenajobs', 'by-config', finished);
    expect(job.status.phase).toBe('Succeeded');
    await createJob('by-itself');
    await refused('by-itself');
  });

  it('are applied and shown by the command line', async () => {
    const file = join(folder, 'grant.yaml');
    writeFileSync(
      file,
      `apiVersion: arena.backstage.io/v1alpha1
kind: ArenaReferenceGrant
metadata: {name: by-hand, namespace: elsewhere}
spec:
  from: [{kind: ArenaJob, namespace: team-a}]
  to: [{kind: ToolRegistry}]
`,
    );
    const { PATH, HOME, TMPDIR } = process.env;
    const arena = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [ARENA, ...args],
        {
          env: {
            ...{ PATH, HOME, TMPDIR },
            ARENA_URL: new URL(portal.base).origin,
            ARENA_NAMESPACE: 'elsewhere',
          },
        },
      );
      return stdout;
    };
    expect(await arena('apply', '-f', file)).toBe(
      'arenareferencegrant/by-hand created\n',
    );
    expect(await arena('apply', '-f', file)).toBe(
      'arenareferencegrant/by-hand unchanged\n',
    );
    const [head, row] = (await arena('get', 'arg')).split('\n');
    expect(head.split(/ {2,}/)).toEqual(['NAME', 'FROM', 'TO', 'AGE']);
    expect(row).toMatch(
      /^by-hand +\[\{"kind":"ArenaJob","namespace":"team-a"\}\] +\[\{"kind":"ToolRegistry"\}\] +\d+s$/,
    );
    expect(await arena('describe', 'arg/by-hand')).toContain('team-a');
  });

  it('are refused when they lend nothing that can be lent', async () => {
    await expect(
      create('arenareferencegrants', 'ArenaReferenceGrant', {
        apiVersion: 'arena.backstage.io/v1alpha1',
        metadata: { name: 'wrong', namespace: 'shared' },
        spec: {
          from: [{ kind: 'ArenaJob', namespace: 'default' }],
          to: [{ kind: 'ArenaSource' }],
        },
      }),
    ).rejects.toThrow(/422 .*spec\.to\[0\]\.kind: Unsupported value/);
  });
});
