import {
  Cluster,
  ensureHelm,
  startCluster,
} from '@backstage-arena/arena-devcluster';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { findLent } from '../../planning/findLent';
import { ClusterStores } from '../__testUtils__/clusterStores';
import { waitUntil } from '../__testUtils__/waitUntil';
import { healthOf } from '../clusters/healthOf';

jest.setTimeout(60_000);

const root = resolve(__dirname, '../../../../..');
const crds = resolve(root, 'crds');
const OURS = 'app.kubernetes.io/managed-by=backstage-arena';
const APPLY = ['apply', '--server-side', '--field-manager=backstage-arena'];
const SETTINGS = [
  'portalUrl=https://portal.example.com',
  'image.repository=registry.example.com/arena-portal',
  'worker.image.repository=registry.example.com/arena-worker',
  'database.secretName=arena-postgres',
].flatMap(value => ['--set', value]);

const lender = {
  kind: 'Provider',
  metadata: { name: 'gpt', namespace: 'shared' },
};

/** A cluster of its own: what happens to CRDs would disturb everybody else. */
describe('the custom resource definitions of a cluster', () => {
  const stores = new ClusterStores();
  let cluster: Cluster;
  let helmPath: string;

  beforeAll(async () => {
    helmPath = await ensureHelm();
    cluster = await startCluster({ images: [] });
    await cluster.kubectl(['create', 'namespace', 'arena']);
  }, 1_200_000);

  afterAll(async () => {
    await cluster?.wipe();
  });

  async function helm(...args: string[]): Promise<void> {
    await promisify(execFile)(
      helmPath,
      [...args, '--namespace', 'arena', '--kubeconfig', cluster.kubeconfig],
      { cwd: root },
    );
  }

  async function names(...args: string[]): Promise<string[]> {
    const told = await cluster.kubectl(['get', ...args, '-o', 'name']);
    return told.trim().split('\n').filter(Boolean);
  }

  async function crdJson(name: string) {
    return JSON.parse(
      await cluster.kubectl(['get', 'crd', name, '-o', 'json']),
    );
  }

  it('are left as they are when another product has brought them', async () => {
    const foreign = parse(
      await readFile(resolve(crds, 'providers.yaml'), 'utf8'),
    );
    foreign.metadata.labels = { 'app.kubernetes.io/managed-by': 'another' };
    foreign.spec.versions[0].additionalPrinterColumns = [];
    await cluster.kubectl(['create', '-f', '-'], {
      input: JSON.stringify(foreign),
    });
    const before = await crdJson(foreign.metadata.name);

    await helm('install', 'arena', 'deploy/helm/arena', ...SETTINGS);
    await expect(cluster.kubectl([...APPLY, '-f', crds])).rejects.toThrow(
      /conflicts with "kubectl-create"[^]*[.]spec[.]versions/,
    );

    const after = await crdJson(foreign.metadata.name);
    expect(after.spec).toEqual(before.spec);
    expect(after.metadata.labels).toEqual(before.metadata.labels);
    // The others, which nobody had brought, are there by now.
    expect(await names('crd', '-l', OURS)).toHaveLength(6);
  });

  it('stay, with the objects, when the portal is uninstalled', async () => {
    await cluster.kubectl([...APPLY, '-f', '-'], {
      input: JSON.stringify({
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaSource',
        metadata: { name: 'bundles', namespace: 'arena' },
        spec: { type: 'workspace', workspace: { path: 'bundles' } },
      }),
    });
    await helm('uninstall', 'arena');
    expect(await names('deployments', '-n', 'arena')).toEqual([]);
    expect(await names('roles,serviceaccounts', '-n', 'arena')).toEqual([
      'serviceaccount/default',
    ]);
    expect(await names('clusterroles', '-l', 'helm.sh/chart')).toEqual([]);
    expect(await names('arenasources', '-n', 'arena')).toHaveLength(1);
  });

  it('are upgraded by kubectl, of Helm only on purpose', async () => {
    const newer = parse(
      await readFile(resolve(crds, 'arenajobs.yaml'), 'utf8'),
    );
    newer.spec.names.shortNames.push('arn');
    const input = JSON.stringify(newer);
    await expect(
      cluster.kubectl([...APPLY, '-f', '-'], { input }),
    ).rejects.toThrow(/conflicts? with "helm"/);
    await cluster.kubectl([...APPLY, '--force-conflicts', '-f', '-'], {
      input,
    });
    const { spec } = await crdJson(newer.metadata.name);
    expect(spec.names.shortNames).toEqual(['aj', 'arn']);
    // From now on they are ours.
    newer.spec.names.shortNames.pop();
    await cluster.kubectl([...APPLY, '-f', '-'], {
      input: JSON.stringify(newer),
    });
  });

  it('may lack that of grants: then nothing is lent, and the rest goes on', async () => {
    const crd = 'arenareferencegrants.arena.backstage.io';
    await names(crd, '--all-namespaces');
    await cluster.kubectl(['delete', 'crd', crd]);
    const store = await stores.start(cluster.kubeconfig);
    const missing = `The CRD ${crd} is not installed: apply crds/`;
    const health = () => healthOf(store.state, undefined, store.grantsTrouble);
    // While one definition goes, the API server refuses the objects of the others for a moment.
    await waitUntil(
      'the rest is read, and the lack noticed',
      () => health().ready && Boolean(store.grantsTrouble),
    );
    expect(health()).toEqual({
      ready: true,
      message: `ArenaReferenceGrants cannot be read, so that references across namespaces are refused: ${missing}`,
    });
    await expect(
      findLent({
        store: {
          cluster: 'test',
          namespaces: undefined,
          get: async () => lender as never,
          list: (kind, options) => store.resources.list(kind, options),
        },
        referrer: { namespace: 'team', kinds: ['ArenaJob'] },
        kind: 'Provider',
        key: lender.metadata,
      }),
    ).resolves.toMatchObject({
      reason: 'ProviderNotGranted',
      message: expect.stringContaining(missing),
    });

    await cluster.kubectl([
      ...APPLY,
      '-f',
      `${crds}/arenareferencegrants.yaml`,
    ]);
    await waitUntil('grants are read', () => !store.grantsTrouble);
    expect(healthOf(store.state)).toEqual({ ready: true });
  }, 120_000);

  it('can be removed by their label without those of others', async () => {
    // The API server gives up for a minute when the storage of a type is not warm at the moment at which its objects are to go.
    const plurals = (await names('crd', '-l', OURS)).map(name =>
      name.slice(name.indexOf('/') + 1),
    );
    for (const plural of plurals) await names(plural, '--all-namespaces');
    await cluster.kubectl(['delete', 'crd', '-l', OURS]);
    expect(await names('crd')).toEqual([
      'customresourcedefinition.apiextensions.k8s.io/providers.omnia.altairalabs.ai',
    ]);
  }, 180_000);

  it('can be installed without those that Omnia brings', async () => {
    await cluster.kubectl([
      ...APPLY,
      ...['-f', crds, '-l', 'arena.backstage.io/crd-set=arena'],
    ]);
    expect(await names('crd', '-l', OURS)).toEqual(
      [
        'arenaconfigs.omnia.altairalabs.ai',
        'arenajobs.omnia.altairalabs.ai',
        'arenareferencegrants.arena.backstage.io',
        'arenasources.omnia.altairalabs.ai',
      ].map(name => `customresourcedefinition.apiextensions.k8s.io/${name}`),
    );
  });
});
