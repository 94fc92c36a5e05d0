import { ArenaKind, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { readerOf } from '../planning/__testUtils__/readerOf';
import { ReadIndex, recordReads } from './recordReads';

function object(kind: ArenaKind, namespace: string, name: string): ArenaObject {
  return {
    apiVersion: 'v1alpha1',
    kind,
    metadata: {
      name,
      namespace,
      uid: `${namespace}-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T00:00:00Z',
    },
    spec: {},
  };
}

describe('recordReads', () => {
  const index = new ReadIndex();
  const store = recordReads(readerOf([]), id => index.add('job', id));

  afterEach(() => index.clear());

  it('knows who has to look again when an object comes that was missing', async () => {
    await expect(
      store.get('Provider', { namespace: 'a', name: 'x' }),
    ).rejects.toThrow('Provider x');
    expect(index.readersOf(object('Provider', 'a', 'x'))).toEqual(['job']);
    expect(index.readersOf(object('Provider', 'a', 'y'))).toEqual([]);
    expect(index.readersOf(object('Provider', 'b', 'x'))).toEqual([]);
  });

  it('knows who has to look again when anything changes in a list', async () => {
    await store.list('ArenaReferenceGrant', { namespace: 'a' });
    const changed = (kind: ArenaKind, namespace: string) =>
      index.readersOf(object(kind, namespace, 'new'));
    expect(changed('ArenaReferenceGrant', 'a')).toEqual(['job']);
    expect(changed('ArenaReferenceGrant', 'b')).toEqual([]);
    expect(changed('Provider', 'a')).toEqual([]);
  });

  it('forgets what a reader was made from', async () => {
    await store.list('ArenaReferenceGrant', { namespace: 'a' });
    index.delete('job');
    expect(index.readersOf(object('ArenaReferenceGrant', 'a', 'x'))).toEqual(
      [],
    );
  });

  it('lists one namespace at a time', () => {
    expect(() => store.list('ArenaReferenceGrant')).toThrow('all namespaces');
  });
});
