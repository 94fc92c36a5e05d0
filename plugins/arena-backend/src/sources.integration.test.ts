import {
  GitHttpsServer,
  RegistryServer,
  startGitHttps,
  startRegistry,
  whyNoGitHttps,
  whyNoRegistry,
} from '@backstage-arena/arena-devcluster';
import { createBackendModule } from '@backstage/backend-plugin-api';
import { ArenaClient } from '@backstage-arena/plugin-arena-common';
import { EventsService, eventsServiceRef } from '@backstage/plugin-events-node';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { finished, startPortal, TestPortal } from './__testUtils__/startPortal';
import { GitRepository } from './sources/__testUtils__/GitRepository';
import {
  imageLayer,
  TestArtifacts,
} from './sources/__testUtils__/TestArtifacts';

jest.setTimeout(180_000);

const BUNDLE = resolve(
  __dirname,
  '../../../packages/arena-worker/src/__fixtures__/bundles/greeter',
);
const SECRET = 'secret of the webhook';

/** The files of a small bundle, by path. */
function bundleFiles(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(BUNDLE, {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(BUNDLE, path)] = readFileSync(path, 'utf8');
  }
  return files;
}

const noGit = whyNoGitHttps();
const whenGit = noGit ? describe.skip : describe;

whenGit(`Sources of a portal${noGit ? ` (${noGit})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'arena-portal-sources-'));
  const credential = { username: 'jo', password: 'hunter2' };
  let repository: GitRepository;
  let git: GitHttpsServer;
  let registry: RegistryServer | undefined;
  let portal: TestPortal;
  let events: EventsService;

  beforeAll(async () => {
    repository = new GitRepository();
    const files = bundleFiles();
    repository.commit(
      Object.fromEntries(
        Object.entries(files).map(([path, text]) => [`bundle/${path}`, text]),
      ),
    );
    git = await startGitHttps({ root: repository.root, credential });
    registry = whyNoRegistry() ? undefined : await startRegistry();
    portal = await startPortal(folder, {
      arena: {
        sourceWebhook: { secret: SECRET },
        uploads: { enabled: true },
        sourceCredentials: { default: { git: ['localhost'] } },
        secrets: {
          default: {
            git: { ...credential, 'ca.crt': git.ca },
            registry: { 'ca.crt': registry?.ca ?? '' },
          },
        },
        configMaps: {
          default: {
            greeter: Object.fromEntries(
              Object.entries(files).map(([path, text]) => [
                path.replaceAll('/', '__'),
                text,
              ]),
            ),
          },
        },
      },
      features: [
        // Takes the service out, as modules of Git servers have it.
        createBackendModule({
          pluginId: 'arena',
          moduleId: 'events-of-tests',
          register(env) {
            env.registerInit({
              deps: { service: eventsServiceRef },
              async init({ service }) {
                events = service;
              },
            });
          },
        }),
      ],
    });
  });
  afterAll(async () => {
    await portal?.stop();
    await git?.stop();
    await registry?.stop();
    repository?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const create = (kind: string, name: string, spec: object) =>
    portal.call('POST', `${portal.objects}/${kind.toLowerCase()}s`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind,
      metadata: { name },
      spec,
    });
  const client = () =>
    new ArenaClient({ baseUrl: portal.base.replace(/\/v1$/, '') });
  const addressOf = (name: string) => ({
    cluster: 'embedded',
    namespace: 'default',
    name,
  });
  const outcomeOf = async (source: string) => {
    await create('ArenaJob', `${source}-job`, {
      sourceRef: { name: source },
      type: 'evaluation',
    });
    const job = await portal.waitFor('arenajobs', `${source}-job`, finished);
    return `${job.status.phase} ${job.status.progress?.total}`;
  };
  const revision = async (
    name: string,
    condition: (text: string) => boolean,
  ) => {
    const source = await portal.waitFor('arenasources', name, ({ status }) =>
      condition(status?.artifact?.revision ?? ''),
    );
    return source.status.artifact.revision as string;
  };

  it('runs a bundle from Git, and takes what is pushed at once', async () => {
    await create('ArenaSource', 'git', {
      type: 'git',
      git: {
        url: `${git.url}/bundle.git`,
        path: 'bundle',
        secretRef: { name: 'git' },
      },
      interval: '24h',
    });
    expect(await outcomeOf('git')).toBe('Succeeded 2');
    const first = await revision('git', text => text !== '');

    const sha = repository.commit({ 'bundle/added.txt': 'x' });
    const body = JSON.stringify({ url: `${git.url}/bundle.git` });
    const response = await fetch(`${portal.base}/source-webhook`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET)
          .update(body)
          .digest('hex')}`,
      },
    });
    expect(await response.json()).toEqual({ sources: 1 });
    const second = await revision('git', text => text !== first);
    expect(second).toBe(`main@sha1:${sha}`);

    const published = repository.commit({ 'bundle/added.txt': 'y' });
    await events.publish({
      topic: 'github.push',
      eventPayload: {
        ref: 'refs/heads/main',
        after: published,
        repository: {
          clone_url: `${git.url}/bundle.git`,
          default_branch: 'main',
        },
      },
    });
    const third = await revision('git', text => text !== second);
    expect(third).toBe(`main@sha1:${published}`);

    const address = addressOf('git');
    const revisions = await client().sourceRevisions(address);
    expect(
      revisions.map(one => [one.revision, one.current, one.runs.total]),
    ).toEqual([
      [third, true, 0],
      [second, false, 0],
      [first, false, 1],
    ]);
    const [{ digest: to }, { digest: from }] = revisions;
    const { files } = await client().sourceDiff(address, { from, to });
    expect(files).toMatchObject([{ path: 'added.txt', change: 'modified' }]);
    expect(await client().sourceFile(address, to, 'added.txt')).toMatchObject({
      text: 'y',
    });
    expect(await client().sourceFiles(address, to)).toHaveLength(
      Object.keys(bundleFiles()).length + 1,
    );
    const { scenarios } = await client().sourceBundle(address, to);
    expect(scenarios.map(({ id }) => id)).toEqual(['greets', 'says-bye']);
  });

  it('keeps what it has when a source fails, says why, and recovers', async () => {
    const before = await revision('git', text => text !== '');
    git.intercept = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    const sync = () => client().syncSource(addressOf('git'));
    await sync();
    const failed = await portal.waitFor(
      'arenasources',
      'git',
      ({ status }) => status.phase === 'Error',
    );
    expect(failed.status.artifact.revision).toBe(before);
    expect(
      failed.status.conditions.find((one: any) => one.type === 'Ready'),
    ).toMatchObject({ status: 'False', reason: 'Unreachable' });
    git.intercept = undefined;
    await sync();
    await portal.waitFor(
      'arenasources',
      'git',
      ({ status }) => status.phase === 'Ready',
    );
  });

  it('runs a bundle from a ConfigMap of app-config', async () => {
    await create('ArenaSource', 'configmap', {
      type: 'configmap',
      configMap: { name: 'greeter' },
    });
    expect(await outcomeOf('configmap')).toBe('Succeeded 2');
  });

  it('runs a bundle that was uploaded', async () => {
    await create('ArenaSource', 'uploaded', {
      type: 'workspace',
      workspace: { path: 'default/uploaded' },
    });
    await client().uploadSource(
      addressOf('uploaded'),
      Object.entries(bundleFiles()).map(([path, text]) => ({
        path,
        content: new Blob([text]),
      })),
    );
    expect(await outcomeOf('uploaded')).toBe('Succeeded 2');
  });

  const noRegistry = whyNoRegistry();
  const whenRegistry = noRegistry ? describe.skip : describe;
  whenRegistry(`with a registry${noRegistry ? ` (${noRegistry})` : ''}`, () => {
    it('runs a bundle from a registry', async () => {
      await new TestArtifacts({
        ...registry!,
        repository: 'team/greeter',
      }).push('v1', [await imageLayer(bundleFiles())]);
      await create('ArenaSource', 'oci', {
        type: 'oci',
        oci: {
          url: `oci://${registry!.host}/team/greeter:v1`,
          secretRef: { name: 'registry' },
        },
      });
      expect(await outcomeOf('oci')).toBe('Succeeded 2');
    });
  });
});
