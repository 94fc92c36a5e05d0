import { mockLogger } from '../../__testUtils__/mockLogger';
import { Cluster, startCluster } from '@backstage-arena/arena-devcluster';
import { kubeConfigOf } from '../__testUtils__/clusterStores';
import { NetworkGate } from '../__testUtils__/NetworkGate';
import { TestObjects } from '../__testUtils__/TestObjects';
import { waitUntil } from '../__testUtils__/waitUntil';
import { Informer } from './Informer';
import { KubeClient } from './KubeClient';

jest.setTimeout(120_000);

/** A cluster of its own, because its API server is killed. */
describe('Informer of an API server that forgets', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster.down());

  it('lists again when the versions before a restart are gone, and tells what happened meanwhile as changes', async () => {
    const kubeConfig = kubeConfigOf(cluster.kubeconfig);
    const gate = await NetworkGate.open(kubeConfig);
    const objects = new TestObjects(KubeClient.for(kubeConfig), 'default');
    for (const name of ['same', 'changed', 'deleted', 'recreated']) {
      await objects.create(name);
    }
    const informer = new Informer({
      kubeConfig: gate.through(kubeConfig),
      path: '/api/v1/namespaces/default/configmaps',
      fieldSelector: 'metadata.name!=kube-root-ca.crt',
      logger: mockLogger(),
    });
    informer.start();
    await informer.synced();
    const events: string[] = [];
    informer.onEvent(({ type, object }) =>
      events.push(`${type} ${object.metadata?.name}`),
    );
    const before = informer.get('default', 'same');

    await gate.cut();
    await objects.change('changed', 'second');
    await objects.change('changed', 'third');
    await objects.delete('deleted');
    await objects.delete('recreated');
    await objects.create('recreated');
    await objects.create('new');
    await cluster.compact();
    await gate.mend();

    await waitUntil('what it missed', () => events.length >= 5);
    expect([...events].sort()).toEqual([
      'ADDED new',
      'ADDED recreated',
      'DELETED deleted',
      'DELETED recreated',
      'MODIFIED changed',
    ]);
    expect(events.indexOf('DELETED recreated')).toBeLessThan(
      events.indexOf('ADDED recreated'),
    );
    expect(informer.get('default', 'same')).toBe(before);

    // Killed under an open watch.
    await cluster.kill('apiserver');
    await waitUntil('an error', () => Boolean(informer.state.lastError));
    expect(informer.get('default', 'new')).toBeDefined();
    await cluster.start('apiserver');
    await objects.create('afterwards');
    await waitUntil('a change after it', () =>
      events.includes('ADDED afterwards'),
    );
    await waitUntil('recovery', () => !informer.state.lastError);
    expect(events).toHaveLength(6);
    await informer.stop();
    await gate.cut();
  });
});
