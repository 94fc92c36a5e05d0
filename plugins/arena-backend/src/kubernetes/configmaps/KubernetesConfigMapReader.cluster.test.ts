import { useCluster } from '@backstage-arena/arena-devcluster';
import { KubeConfig } from '@kubernetes/client-node';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceOf, unpack } from '../../sources/__testUtils__/sources';
import { ConfigMapFetcher } from '../../sources/configmap/ConfigMapFetcher';
import { kubeConfigOf } from '../__testUtils__/clusterStores';
import { KubeClient } from '../client/KubeClient';
import { KubernetesConfigMapReader } from './KubernetesConfigMapReader';

jest.setTimeout(60_000);

describe('sources of type configmap on a cluster', () => {
  const { cluster, kubeconfig, createNamespace, apply } = useCluster();
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'arena-configmaps-'));
  let namespace: string;

  beforeAll(async () => {
    namespace = await createNamespace('configmaps');
  });
  afterAll(() => rmSync(temporaryDirectory, { recursive: true }));

  const configMap = (more: object) =>
    apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'bundle', namespace },
      ...more,
    });
  const fetch = async (
    name = 'bundle',
    kubeConfig: KubeConfig = kubeConfigOf(kubeconfig),
  ) => {
    const source = sourceOf({ type: 'configmap', configMap: { name } });
    source.metadata.namespace = namespace;
    const fetched = await new ConfigMapFetcher({
      reader: new KubernetesConfigMapReader({
        client: KubeClient.for(kubeConfig),
      }),
      temporaryDirectory,
    }).fetch(source, { signal: new AbortController().signal });
    return { revision: fetched.revision, files: await unpack(fetched) };
  };

  it('take texts and binary values as files, and notice a change of content alone', async () => {
    const binaryData = { 'icon.bin': Buffer.from('ä').toString('base64') };
    await configMap({ data: { a__b: 'text' }, binaryData });
    const first = await fetch();
    expect(first.files).toEqual({ 'a/b': 'text', 'icon.bin': 'ä' });
    await cluster.kubectl([
      ...['label', 'configmap', 'bundle', 'team=a', '-n', namespace],
    ]);
    expect(await fetch()).toEqual(first);
    await configMap({ data: { a__b: 'changed' }, binaryData });
    const second = await fetch();
    expect(second.files['a/b']).toBe('changed');
    expect(second.revision).not.toBe(first.revision);
  });

  it('say that one does not exist, or may not be read', async () => {
    await expect(fetch('gone')).rejects.toMatchObject({
      reason: 'PathNotFound',
    });
    await apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'nobody', namespace },
    });
    const token = await cluster.kubectl([
      ...['create', 'token', 'nobody', '-n', namespace],
    ]);
    const nobody = new KubeConfig();
    nobody.loadFromClusterAndUser(
      kubeConfigOf(kubeconfig).getCurrentCluster()!,
      { name: 'nobody', token: token.trim() },
    );
    await expect(fetch('bundle', nobody)).rejects.toMatchObject({
      reason: 'AuthenticationFailed',
      message: expect.stringContaining('lacks the right to get configmaps'),
    });
  });
});
