import {
  ensureHelm,
  ensurePortalImage,
  PostgresServer,
  startPostgres,
  useCluster,
} from '@backstage-arena/arena-devcluster';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { AddressInfo, connect, createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readAuditedRights } from '../rbac/auditedRights';
import { compareRights } from '../rbac/compareRights';
import { RIGHTS } from '../rbac/rights';

jest.setTimeout(240_000);

const run = promisify(execFile);
const deploy = resolve(__dirname, '../../../../../deploy');
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };
/** The folders of bundles that the image has. */
const BUNDLES = './examples/bundles';

interface Installation {
  portal: string;
  jobs: string;
}

/** The portal itself as a pod, installed as the documentation says, and a job that is run from there. */
describe('a portal in the cluster', () => {
  const { cluster, hostAddress, images, createNamespace, apply, get } =
    useCluster();
  let postgres: PostgresServer;
  let database: Server;
  let image: string;
  let folder: string;

  beforeAll(async () => {
    const { name, file } = await ensurePortalImage();
    await cluster.importImage(file);
    image = name;
    folder = await mkdtemp(join(tmpdir(), 'arena-portal-'));
    postgres = await startPostgres();
    database = createServer(inner => {
      const outer = connect(postgres.port, '127.0.0.1');
      inner.pipe(outer).pipe(inner);
      inner.on('error', () => outer.destroy());
      outer.on('error', () => inner.destroy());
    });
    database.listen(0, hostAddress);
    await once(database, 'listening');
  }, 1_200_000);

  afterAll(async () => {
    database?.close();
    await postgres?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** Namespaces, and what the installation finds there. */
  async function prepare(): Promise<Installation> {
    const portal = await createNamespace('portal', RESTRICTED);
    const jobs = await createNamespace('jobs', RESTRICTED);
    const { port } = database.address() as AddressInfo;
    await apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'arena-postgres', namespace: portal },
      stringData: {
        host: hostAddress,
        port: String(port),
        user: 'postgres',
        password: 'postgres',
      },
    });
    return { portal, jobs };
  }

  async function byKustomize({ portal, jobs }: Installation) {
    const copy = join(folder, portal);
    await cp(join(deploy, 'kustomize'), copy, { recursive: true });
    const overlay = join(copy, 'overlays/namespaced');
    await edit(join(overlay, 'served/kustomization.yaml'), text =>
      text
        .replace('namespace: arena-jobs', `namespace: ${jobs}`)
        .replace('value: arena }', `value: ${portal} }`),
    );
    await edit(join(overlay, 'portal/kustomization.yaml'), text =>
      text
        .replace('namespace: arena\n', `namespace: ${portal}\n`)
        .replace(/newName: .*/, `newName: ${image.split(':')[0]}`)
        .replace(/newTag: .*/, `newTag: '${image.split(':')[1]}'`),
    );
    await edit(join(overlay, 'portal/app-config.kubernetes.yaml'), text =>
      text
        .replace('[arena-jobs]', `[${jobs}]`)
        .replace('arena-workers.arena.svc', `arena-workers.${portal}.svc`)
        .replace(/image: .*/, `image: ${images.worker}`)
        .replace('arena:\n', `arena:\n  workspaceRoots: [${BUNDLES}]\n`),
    );
    await cluster.kubectl(['apply', '-k', overlay]);
    return {
      deployment: 'arena-portal',
      account: 'arena-portal',
      // Its rights in a namespace go with the namespace.
      loseNamespace: async () => {},
      uninstall: () => cluster.kubectl(['delete', '-k', overlay]),
    };
  }

  async function byHelm({ portal }: Installation) {
    const helm = await ensureHelm();
    const [repository, tag] = image.split(':');
    const [workerRepository, workerTag] = images.worker.split(':');
    const target = ['--namespace', portal, '--kubeconfig', cluster.kubeconfig];
    await run(helm, [
      ...['install', 'arena', join(deploy, 'helm/arena'), ...target],
      ...[
        'portalUrl=https://portal.example.com',
        `image.repository=${repository}`,
        `worker.image.repository=${workerRepository}`,
        'database.secretName=arena-postgres',
        `extraConfig.arena.workspaceRoots={${BUNDLES}}`,
      ].flatMap(value => ['--set', value]),
      ...[`image.tag=${tag}`, `worker.image.tag=${workerTag}`].flatMap(
        value => ['--set-string', value],
      ),
    ]);
    return {
      deployment: 'arena',
      account: 'arena',
      loseNamespace,
      uninstall: () => run(helm, ['uninstall', 'arena', ...target]),
    };
  }

  async function edit(
    file: string,
    change: (text: string) => string,
  ): Promise<void> {
    await writeFile(file, change(await readFile(file, 'utf8')));
  }

  async function createJob(namespace: string, spec: object): Promise<void> {
    await apply(
      {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaSource',
        metadata: { name: 'bundle', namespace },
        spec: { type: 'workspace', workspace: { path: 'support-agent' } },
      },
      {
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name: 'first', namespace },
        spec: { sourceRef: { name: 'bundle' }, ...spec },
      },
    );
  }

  /** A namespace that is deleted while a job runs in it goes, with all that is in it. */
  async function loseNamespace(): Promise<void> {
    const namespace = await createNamespace('lost', RESTRICTED);
    await createJob(namespace, { trials: 2_000 });
    await cluster.kubectl([
      ...['wait', 'aj/first', '-n', namespace, '--timeout=60s'],
      '--for=jsonpath={.status.phase}=Running',
    ]);
    await cluster.kubectl(['delete', 'namespace', namespace, '--timeout=90s']);
  }

  it.each([
    ['kustomize, in one namespace', byKustomize],
    ['Helm, in every namespace', byHelm],
  ])('runs a job: %s', async (_, install) => {
    const installation = await prepare();
    const { portal, jobs } = installation;
    const installed = await install(installation);
    const { deployment, account } = installed;
    try {
      await cluster.kubectl([
        ...['rollout', 'status', `deployment/${deployment}`, '-n', portal],
        '--timeout=150s',
      ]);
      await createJob(jobs, { workers: { replicas: 2 } });
      await cluster.kubectl([
        ...['wait', 'aj/first', '-n', jobs, '--timeout=90s'],
        '--for=jsonpath={.status.completionTime}',
      ]);
      const { status } = await get<ArenaJob>('aj', 'first', '-n', jobs);
      expect(status?.progress?.pending).toBe(0);
      expect(status?.progress?.total).toBeGreaterThan(0);
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'JobCreated', status: 'True' }),
      );
      await installed.loseNamespace();
      // As the documentation wants it: jobs go while the portal is there.
      await cluster.kubectl([
        ...['delete', 'arenajobs', '--all', '-n', jobs],
        ...['--wait', '--timeout=60s'],
      ]);
      const events = cluster.own ? await cluster.auditLog() : [];
      const audited = await readAuditedRights(
        events.map(event => JSON.stringify(event)),
        { username: `system:serviceaccount:${portal}:${account}` },
      );
      const { denied, unlisted } = compareRights(RIGHTS, audited);
      expect({ denied, unlisted }).toEqual({ denied: [], unlisted: [] });
    } catch (error) {
      const logs = await cluster
        .kubectl(['logs', `deployment/${deployment}`, '-n', portal])
        .catch(String);
      throw new Error(`${error}\n${logs.slice(-5_000)}`);
    } finally {
      await installed.uninstall();
    }
  });
});
