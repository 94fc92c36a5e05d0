import { useCluster } from '@backstage-arena/arena-devcluster';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createQueriedJobs,
  JobsQueryBed,
  jobsQueryContract,
} from '../../store/__testUtils__/jobsQueryContract';
import {
  ContractBed,
  resourceStoreContract,
} from '../../store/__testUtils__/resourceStoreContract';
import { input, ownedBy } from '../../store/__testUtils__/input';
import { ClusterStores, kubeConfigOf } from '../__testUtils__/clusterStores';
import { TestNamespaces } from '../__testUtils__/TestNamespaces';
import { waitUntil } from '../__testUtils__/waitUntil';
import { KubeClient } from '../client/KubeClient';
import { KubernetesStore } from './createKubernetesStore';

jest.setTimeout(60_000);

const { kubeconfig } = useCluster();
const namespaces = new TestNamespaces(KubeClient.for(kubeConfigOf(kubeconfig)));
const stores = new ClusterStores();

async function createNamespaces() {
  return {
    namespace: await namespaces.create('store'),
    otherNamespace: await namespaces.create('store-other'),
  };
}

describe('Store on all of a Kubernetes cluster', () => {
  let store: KubernetesStore;
  let bed: ContractBed;

  beforeAll(async () => {
    store = await stores.start(kubeconfig);
  });

  beforeEach(async () => {
    bed = { store: store.resources, ...(await createNamespaces()) };
  });

  it.each(resourceStoreContract(() => bed))('%s', async (_, prove) => {
    await expect(prove()).resolves.toBeUndefined();
  });
});

describe('Store on a Kubernetes cluster', () => {
  let store: KubernetesStore;
  let namespace: string;

  beforeAll(async () => {
    store = await stores.start(kubeconfig);
    ({ namespace } = await createNamespaces());
  });

  it('refuses unknown fields by name', async () => {
    const misspelt = input('misspelt', {
      metadata: { namespace },
      spec: { sourceRef: { name: 'source' }, trails: 3 },
    });
    await expect(store.resources.create(misspelt)).rejects.toMatchObject({
      name: 'InvalidObjectError',
      causes: [{ field: 'spec.trails', message: 'unknown field' }],
    });
  });

  it('refuses what no CRD can, and holds against an update only what it changes', async () => {
    const { resources } = store;
    const nightly = (cron: string, verbose = false) =>
      input('nightly', {
        metadata: { namespace },
        spec: { sourceRef: { name: 'source' }, schedule: { cron }, verbose },
      });
    const refusal = {
      name: 'InvalidObjectError',
      causes: [
        {
          field: 'spec.schedule.cron',
          reason: 'FieldValueInvalid',
          message:
            'Invalid value: "0 0 30 2 *": never fires: there is no such date',
        },
      ],
    };
    const never = nightly('0 0 30 2 *');
    await expect(resources.create(never)).rejects.toMatchObject(refusal);
    await resources.create(nightly('0 2 * * *'));
    await expect(resources.update(never)).rejects.toMatchObject(refusal);

    // As kubectl gets it in, where there is no webhook.
    await KubeClient.for(kubeConfigOf(kubeconfig)).request({
      method: 'PATCH',
      path: `/apis/omnia.altairalabs.ai/v1alpha1/namespaces/${namespace}/arenajobs/nightly`,
      contentType: 'application/merge-patch+json',
      body: { spec: { schedule: { cron: '0 0 30 2 *' } } },
    });
    await waitUntil('the cache knows', async () => {
      const { spec } = await resources.get('ArenaJob', {
        namespace,
        name: 'nightly',
      });
      return JSON.stringify(spec).includes('30 2');
    });
    await expect(
      resources.update(nightly('0 0 30 2 *', true)),
    ).resolves.toMatchObject({ spec: { verbose: true } });
    await expect(resources.update(nightly('0 0 31 2 *'))).rejects.toMatchObject(
      { name: 'InvalidObjectError' },
    );
    await resources.delete('ArenaJob', { namespace, name: 'nightly' });
  });

  it('deletes what an object owns afterwards', async () => {
    const owner = await store.resources.create(
      input('owner', { metadata: { namespace } }),
    );
    await store.resources.create(
      input('owned', { metadata: { namespace, ...ownedBy(owner) } }),
    );
    await store.resources.delete('ArenaJob', owner.metadata);
    const count = async () =>
      (await store.resources.list('ArenaJob', { namespace })).items.length;
    await waitUntil('the end of what it owned', async () => !(await count()));
    expect(await count()).toBe(0);
  });

  it('updates without a version what others change all the time', async () => {
    const key = { namespace, name: 'contended' };
    const created = await store.resources.create(
      input(key.name, { metadata: key }),
    );
    const writes = Array.from({ length: 8 }, (_, i) =>
      store.resources.update({
        ...created,
        metadata: {
          ...created.metadata,
          resourceVersion: '',
          labels: { writer: String(i) },
        },
      }),
    );
    const results = await Promise.allSettled(writes);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toEqual([]);
  });
});

describe('Store on some namespaces of a Kubernetes cluster', () => {
  let bed: ContractBed;

  beforeEach(async () => {
    const served = await createNamespaces();
    const { resources } = await stores.start(kubeconfig, {
      namespaces: Object.values(served),
    });
    bed = { store: resources, ...served };
  });

  it.each(resourceStoreContract(() => bed))('%s', async (_, prove) => {
    await expect(prove()).resolves.toBeUndefined();
  });

  it('says which namespaces it serves when asked for another', async () => {
    const { store } = bed;
    const served = `is not served, only ${bed.namespace}, ${bed.otherNamespace}`;
    const key = { namespace: 'default', name: 'job' };
    await expect(store.get('ArenaJob', key)).rejects.toMatchObject({
      name: 'NotFoundError',
      message: expect.stringContaining(served),
    });
    await expect(
      store.list('ArenaJob', { namespace: 'default' }),
    ).rejects.toThrow(served);
    await expect(
      store.create({
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: key,
        spec: { sourceRef: { name: 'source' } },
      }),
    ).rejects.toThrow(`metadata.namespace: Invalid value: "default"`);
  });
});

describe('Jobs of a Kubernetes cluster', () => {
  let bed: JobsQueryBed;

  beforeAll(async () => {
    const served = await createNamespaces();
    const store = await stores.start(kubeconfig, {
      namespaces: Object.values(served),
    });
    await createQueriedJobs({
      ...served,
      store: store.resources,
      // The API server's times are in seconds.
      pass: () => sleep(1_000),
    });
    bed = { ...served, cluster: 'test', queryJobs: store.queryJobs };
  });

  it.each(jobsQueryContract(() => bed))('%s', async (_, prove) => {
    await expect(prove()).resolves.toBeUndefined();
  });
});
