import { mockLogger } from '../__testUtils__/mockLogger';
import {
  GitHttpsServer,
  startGitHttps,
  whyNoGitHttps,
} from '@backstage-arena/arena-devcluster';
import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import { KubeConfig } from '@kubernetes/client-node';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeClient } from '../kubernetes/client/KubeClient';
import { KubernetesConfigMapReader } from '../kubernetes/configmaps/KubernetesConfigMapReader';
import { ControllerManager } from '../reconciler/ControllerManager';
import { DatabaseSnapshotStore } from '../snapshots/DatabaseSnapshotStore';
import { crdAdmission } from '../services/crdAdmission';
import { createTestBed, input } from '../store/__testUtils__/storeTestBed';
import { systemClock } from '../time/Clock';
import { GitRepository } from './__testUtils__/GitRepository';
import { policyOf, secretsOf } from './__testUtils__/sources';
import { ConfigMapFetcher } from './configmap/ConfigMapFetcher';
import { GitFetcher } from './git/GitFetcher';
import { OciFetcher } from './oci/OciFetcher';
import { SourceRevisions } from './revisions/SourceRevisions';
import { SourceController } from './SourceController';

jest.setTimeout(60_000);

const noGit = whyNoGitHttps();
const whenGit = noGit ? describe.skip : describe;

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise(done => setTimeout(done, 20));
}

whenGit(`A replica that stops${noGit ? ` (${noGit})` : ''}`, () => {
  let repository: GitRepository;
  let git: GitHttpsServer;
  let temporaryDirectory: string;
  /** Takes connections, and says nothing. */
  let silent: Server;
  const waiting = new Set<Socket>();

  beforeAll(async () => {
    repository = new GitRepository();
    git = await startGitHttps({ root: repository.root });
    temporaryDirectory = mkdtempSync(join(tmpdir(), 'arena-stop-'));
    silent = createServer(socket => {
      waiting.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => waiting.delete(socket));
      socket.resume();
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterAll(async () => {
    await git?.stop();
    silent?.close();
    repository?.remove();
    rmSync(temporaryDirectory, { recursive: true, force: true });
  });

  it('breaks off what servers do not answer, leaves nothing, and the next one fetches it', async () => {
    const sha = repository.commit({ 'config.arena.yaml': 'x' });
    const { knex, store } = await createTestBed('SQLITE_3', {
      clock: systemClock,
      admission: crdAdmission,
    });
    const { port } = silent.address() as { port: number };
    const host = `127.0.0.1:${port}`;
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromOptions({
      clusters: [{ name: 'c', server: `http://${host}`, skipTLSVerify: true }],
      users: [{ name: 'u' }],
      contexts: [{ name: 'c', cluster: 'c', user: 'u' }],
      currentContext: 'c',
    });
    const shared = {
      secrets: secretsOf({ login: { 'ca.crt': git.ca } }),
      policy: policyOf('localhost', '127.0.0.1'),
      temporaryDirectory,
      environment: process.env,
      reader: new KubernetesConfigMapReader({
        client: KubeClient.for(kubeConfig),
      }),
    };
    const replica = () =>
      new ControllerManager({
        store: store.resources,
        logger: mockLogger(),
        controllers: [
          new SourceController({
            store: store.resources,
            snapshots: new DatabaseSnapshotStore({ knex, clock: systemClock }),
            revisions: new SourceRevisions({ knex, clock: systemClock }),
            uploads: { forget: async () => undefined },
            events: store.events,
            clock: systemClock,
            fetchers: [
              new GitFetcher(shared),
              new OciFetcher(shared),
              new ConfigMapFetcher(shared),
            ],
          }),
        ],
      });
    const long = { interval: '10m', timeout: '10m' };
    const specs = {
      git: {
        git: {
          url: `${git.url}/bundle.git`,
          secretRef: { name: 'login' },
        },
      },
      oci: { oci: { url: `oci://${host}/team/bundle:v1`, insecure: true } },
      configmap: { configMap: { name: 'bundle' } },
    };
    for (const [type, spec] of Object.entries(specs)) {
      await store.resources.create(
        input(type, {
          kind: 'ArenaSource',
          spec: { type, ...long, ...spec },
        }),
      );
    }
    const get = (name: string) =>
      store.resources.get<ArenaSource>('ArenaSource', {
        namespace: 'team',
        name,
      });

    // Which commit it is git is told, and then no more: the process that fetches it waits.
    let posts = 0;
    const hung: Socket[] = [];
    git.intercept = request => {
      posts += Number(request.method === 'POST');
      if (posts < 2) return false;
      hung.push(request.socket);
      return true;
    };
    const first = replica();
    await first.start(() => true);
    await until(() => hung.length > 0 && waiting.size >= 2);
    expect(readdirSync(temporaryDirectory)).not.toEqual([]);

    const begun = performance.now();
    await first.stop();
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(readdirSync(temporaryDirectory)).toEqual([]);
    expect(await knex('snapshot_uploads')).toEqual([]);
    await until(() => waiting.size === 0 && hung.every(one => one.destroyed));
    expect(performance.now() - begun).toBeLessThan(2_000);
    for (const type of Object.keys(specs)) {
      const { status } = await get(type);
      expect(status?.phase).toBe('Initializing');
    }

    git.intercept = undefined;
    const second = replica();
    await second.start(() => true);
    await until(async () => (await get('git')).status?.phase === 'Ready');
    await second.stop();
    const { status } = await get('git');
    expect(status?.artifact?.revision).toBe(`main@sha1:${sha}`);
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });
});
