import {
  ARENA_API_VERSION,
  ArenaObject,
  ArenaObjectInput,
  ObjectMeta,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore, WatchEvent } from '@backstage-arena/plugin-arena-node';
import { JsonObject } from '@backstage/types';

/** A store to try, with namespaces that are empty. */
export interface ContractBed {
  store: ResourceStore;
  namespace: string;
  otherNamespace: string;
}

/** A change in a few words, without the versions that differ from store to store. */
function briefly({ type, object }: WatchEvent): string {
  const phase = object.status?.phase ? ` ${object.status.phase}` : '';
  return `${type} ${object.kind} ${object.metadata.name}${phase}`;
}

/**
 * What every `ResourceStore` promises, whatever it keeps its objects in: by name of the promise, what proves it.
 *
 * @param bed - a new one for each
 */
export function resourceStoreContract(
  bed: () => ContractBed,
): [string, () => Promise<void>][] {
  const at = (name: string) => ({ namespace: bed().namespace, name });
  const input = (
    objectName: string,
    options: { spec?: JsonObject; metadata?: Partial<ObjectMeta> } = {},
  ): ArenaObjectInput<JsonObject> => ({
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      name: objectName,
      namespace: bed().namespace,
      ...options.metadata,
    },
    spec: options.spec ?? { sourceRef: { name: 'source' } },
  });
  const source = (objectName: string): ArenaObjectInput<JsonObject> => ({
    ...input(objectName),
    kind: 'ArenaSource',
    spec: { type: 'configmap', configMap: { name: 'x' }, interval: '1m' },
  });
  const setPhase = (object: ArenaObject, phase: string) =>
    bed().store.updateStatus({ ...object, status: { phase } });
  const namesIn = async (
    options: Parameters<ResourceStore['list']>[1] = {},
  ) => {
    const { store, namespace } = bed();
    const { items } = await store.list('ArenaJob', { namespace, ...options });
    return items.map(({ metadata }) => metadata.name);
  };

  const promises: Record<string, () => Promise<void>> = {
    'creates an object with what the server owns, and shows it at once':
      async () => {
        const { store, namespace } = bed();
        const created = await store.create(
          input('job', {
            metadata: {
              labels: { team: 'a' },
              uid: 'mine',
              generation: 7,
              creationTimestamp: '2000-01-01T00:00:00Z',
              deletionTimestamp: '2000-01-01T00:00:00Z',
            },
          }),
        );
        expect(created).toMatchObject({
          apiVersion: ARENA_API_VERSION,
          kind: 'ArenaJob',
          spec: { sourceRef: { name: 'source' } },
        });
        expect(created.metadata).toEqual({
          name: 'job',
          namespace,
          uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          resourceVersion: expect.stringMatching(/^[0-9]+$/),
          generation: 1,
          creationTimestamp: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/),
          labels: { team: 'a' },
        });
        expect(created.metadata.creationTimestamp).not.toMatch(/^2000/);
        expect(created.status).toBeUndefined();
        expect(await store.get('ArenaJob', at('job'))).toEqual(created);
        expect(await namesIn()).toEqual(['job']);
        await expect(store.create(input('job'))).rejects.toMatchObject({
          name: 'ConflictError',
          message: 'arenajobs.omnia.altairalabs.ai "job" already exists',
        });
      },

    'gives out copies': async () => {
      const { store, namespace } = bed();
      await store.create(input('job'));
      const first = await store.get('ArenaJob', at('job'));
      first.spec.sourceRef = 'changed';
      first.metadata.labels = { a: 'b' };
      const [listed] = (await store.list('ArenaJob', { namespace })).items;
      expect(listed.spec.sourceRef).toEqual({ name: 'source' });
      listed.spec.sourceRef = 'changed';
      const again = await store.get('ArenaJob', at('job'));
      expect(again.spec.sourceRef).toEqual({ name: 'source' });
      expect(again.metadata.labels).toBeUndefined();
    },

    'says which object was not found, also of names that no object can have':
      async () => {
        const { store } = bed();
        const missing = {
          name: 'NotFoundError',
          message: 'arenajobs.omnia.altairalabs.ai "job" not found',
        };
        await expect(store.get('ArenaJob', at('job'))).rejects.toMatchObject(
          missing,
        );
        await expect(store.delete('ArenaJob', at('job'))).rejects.toMatchObject(
          missing,
        );
        await expect(store.update(input('job'))).rejects.toMatchObject(missing);
        await store.create(input('other'));
        for (const wrong of ['', '.', '..', '../other', 'a/b', '%2e', '\0']) {
          await expect(store.get('ArenaJob', at(wrong))).rejects.toMatchObject({
            name: 'NotFoundError',
          });
          await expect(
            store.delete('ArenaJob', at(wrong)),
          ).rejects.toMatchObject({ name: 'NotFoundError' });
        }
        expect(await namesIn()).toEqual(['other']);
        await expect(
          store.get('Pod' as 'ArenaJob', at('job')),
        ).rejects.toMatchObject({ name: 'InputError' });
      },

    'refuses an object with all its faults by field': async () => {
      const { store } = bed();
      const refused = store.create(
        input('job', { spec: { type: 'nope', sourceRef: { name: 7 } } }),
      );
      await expect(refused).rejects.toMatchObject({
        name: 'InvalidObjectError',
        causes: expect.arrayContaining([
          expect.objectContaining({
            field: 'spec.type',
            message: expect.stringContaining('Unsupported value: "nope"'),
          }),
          expect.objectContaining({ field: 'spec.sourceRef.name' }),
        ]),
      });
      await expect(store.create(input('Upper'))).rejects.toMatchObject({
        name: 'InvalidObjectError',
        causes: [expect.objectContaining({ field: 'metadata.name' })],
      });
      await expect(
        store.create(input('a', { metadata: { namespace: 'a.b' } })),
      ).rejects.toMatchObject({ name: 'InvalidObjectError' });
      await expect(
        store.create(input('a', { metadata: { resourceVersion: '7' } })),
      ).rejects.toMatchObject({ name: 'InputError' });
      expect(await namesIn()).toEqual([]);
    },

    'refuses a stale update, and takes one without version as the last word':
      async () => {
        const { store } = bed();
        const first = await store.create(input('job'));
        const second = await store.update({
          ...first,
          spec: { ...first.spec, sourceRef: { name: 'b' } },
        });
        expect(second.metadata.generation).toBe(2);
        const stale = store.update({ ...first, metadata: first.metadata });
        await expect(stale).rejects.toMatchObject({
          name: 'ConflictError',
          message: expect.stringContaining('the object has been modified'),
        });
        const third = await store.update(
          input('job', { spec: { sourceRef: { name: 'd' } } }),
        );
        expect(third.spec).toMatchObject({ sourceRef: { name: 'd' } });
        const another = input('job', {
          metadata: { uid: '00000000-0000-4000-8000-000000000000' },
        });
        await expect(store.update(another)).rejects.toMatchObject({
          name: 'ConflictError',
          message: expect.stringContaining('Precondition failed: UID'),
        });
      },

    'writes status alone, and never from an update': async () => {
      const { store } = bed();
      const withStatus = {
        ...input('job'),
        status: { phase: 'Succeeded' },
      };
      const created = await store.create(withStatus);
      expect(created.status).toBeUndefined();
      const running = await store.updateStatus({
        ...created,
        metadata: { ...created.metadata, labels: { a: 'b' } },
        spec: { sourceRef: { name: 'changed' } },
        status: { phase: 'Running', activeWorkers: 2, observedGeneration: 1 },
      });
      expect(running.spec).toEqual(created.spec);
      expect(running.metadata.labels).toBeUndefined();
      expect(running.metadata.generation).toBe(1);
      const later = await store.updateStatus({
        ...running,
        status: { phase: 'Running', activeWorkers: 1 },
      });
      // Replaced, not merged.
      expect(later.status).toEqual({ phase: 'Running', activeWorkers: 1 });
      const labelled = await store.update({
        ...later,
        metadata: { ...later.metadata, labels: { a: 'b' } },
        ...{ status: { phase: 'Failed' } },
      });
      expect(labelled.status).toEqual(later.status);
      expect(labelled.metadata.generation).toBe(1);
    },

    'refuses the status of a stale state and of a former object': async () => {
      const { store } = bed();
      const created = await store.create(input('job'));
      await setPhase(created, 'Running');
      await expect(setPhase(created, 'Failed')).rejects.toMatchObject({
        name: 'ConflictError',
      });
      await store.delete('ArenaJob', at('job'));
      await expect(setPhase(created, 'Failed')).rejects.toMatchObject({
        name: 'NotFoundError',
      });
      const successor = await store.create(input('job'));
      const disguised = {
        ...created,
        metadata: {
          ...created.metadata,
          resourceVersion: successor.metadata.resourceVersion,
        },
      };
      await expect(setPhase(disguised, 'Failed')).rejects.toMatchObject({
        name: 'ConflictError',
      });
      expect(await store.get('ArenaJob', at('job'))).toEqual(successor);
    },

    'takes a write that changes nothing for no change': async () => {
      const { store } = bed();
      const created = await store.create(input('job'));
      const same = await store.update({ ...created });
      expect(same).toEqual(created);
      const running = await setPhase(created, 'Running');
      expect(await setPhase(running, 'Running')).toEqual(running);
    },

    'deletes under preconditions': async () => {
      const { store } = bed();
      const created = await store.create(input('job'));
      const { uid, resourceVersion } = created.metadata;
      const tryWith = (preconditions: object) =>
        store.delete('ArenaJob', at('job'), { preconditions });
      await expect(
        tryWith({ uid: '00000000-0000-4000-8000-000000000000' }),
      ).rejects.toMatchObject({ name: 'ConflictError' });
      await expect(
        tryWith({ resourceVersion: '987654321' }),
      ).rejects.toMatchObject({
        name: 'ConflictError',
      });
      const deleted = await tryWith({ uid, resourceVersion });
      expect(deleted.spec).toEqual(created.spec);
      await expect(store.get('ArenaJob', at('job'))).rejects.toThrow(
        'not found',
      );
      expect(await namesIn()).toEqual([]);
    },

    'keeps an object with finalizers until the last one is gone': async () => {
      const { store } = bed();
      const finalizers = ['example.com/a'];
      await store.create(input('job', { metadata: { finalizers } }));
      const deleting = await store.delete('ArenaJob', at('job'));
      expect(deleting.metadata.deletionTimestamp).toMatch(/^20/);
      const again = await store.delete('ArenaJob', at('job'));
      expect(again.metadata.resourceVersion).toBe(
        deleting.metadata.resourceVersion,
      );
      const withFinalizers = (wanted: string[]) =>
        store.update({
          ...deleting,
          metadata: { ...deleting.metadata, finalizers: wanted },
        });
      await expect(
        withFinalizers(['example.com/a', 'example.com/b']),
      ).rejects.toMatchObject({ name: 'InvalidObjectError' });
      await withFinalizers([]);
      await expect(store.get('ArenaJob', at('job'))).rejects.toThrow(
        'not found',
      );
    },

    'makes up names': async () => {
      const { store } = bed();
      const create = () =>
        store.create(input('', { metadata: { generateName: 'nightly-' } }));
      const names = [await create(), await create()].map(o => o.metadata.name);
      names.forEach(made => expect(made).toMatch(/^nightly-[a-z0-9]{5}$/));
      expect(await namesIn()).toEqual([...names].sort());
    },

    'leaves nothing of a dry run': async () => {
      const { store } = bed();
      const dry = await store.create(input('job'), { dryRun: true });
      expect(dry.metadata.uid).not.toBe('');
      await expect(store.get('ArenaJob', at('job'))).rejects.toThrow();
      const created = await store.create(input('job'));
      const changed = await store.update(
        { ...created, spec: { sourceRef: { name: 'b' } } },
        { dryRun: true },
      );
      expect(changed.metadata.generation).toBe(2);
      await store.delete('ArenaJob', at('job'), { dryRun: true });
      expect(await store.get('ArenaJob', at('job'))).toEqual(created);
    },

    'lists in one order, and selects by labels and fields': async () => {
      const { store, otherNamespace } = bed();
      const names = ['b', 'a-b', 'a.b', 'ab', 'a', 'a1', 'a-1'];
      for (const objectName of names) {
        await store.create(
          input(objectName, {
            metadata: { labels: { first: objectName[0], name: objectName } },
            spec: {
              type: 'evaluation',
              sourceRef: { name: `source-${objectName}` },
            },
          }),
        );
      }
      await store.create(
        input('elsewhere', { metadata: { namespace: otherNamespace } }),
      );
      await setPhase(await store.get('ArenaJob', at('a')), 'Running');
      await setPhase(await store.get('ArenaJob', at('ab')), 'Failed');
      expect(await namesIn()).toEqual([...names].sort());
      const select = (labelSelector: string, fieldSelector?: string) =>
        namesIn({ labelSelector, fieldSelector });
      expect(await select('first=b')).toEqual(['b']);
      expect(await select('name in (a,ab),!nope')).toEqual(['a', 'ab']);
      expect(await select('first!=a')).toEqual(['b']);
      expect(await select('', 'status.phase=Running')).toEqual(['a']);
      expect(await select('name in (a,ab,b)', 'status.phase=')).toEqual(['b']);
      expect(await select('', 'spec.sourceRef.name=source-a1')).toEqual(['a1']);
      expect(await select('first=a', 'metadata.name!=a')).toHaveLength(5);
      const everywhere = await store.list('ArenaJob');
      expect(everywhere.items.map(o => o.metadata.name)).toContain('elsewhere');
    },

    'refuses wrong options of a list by name': async () => {
      const { store, namespace } = bed();
      await store.create(input('a'));
      await store.create(input('b'));
      const list = (options: object) =>
        store.list('ArenaJob', { namespace, ...options });
      const { metadata } = await list({ limit: 1 });
      await expect(list({ limit: -1 })).rejects.toThrow('limit: Invalid value');
      await expect(list({ namespace: '\0' })).rejects.toThrow('namespace');
      await expect(list({ labelSelector: 'a=(' })).rejects.toThrow(
        'labelSelector',
      );
      await expect(list({ fieldSelector: 'spec.x=1' })).rejects.toThrow(
        'field label not supported',
      );
      for (const token of ['x', 'e30', metadata.continue!.slice(2)]) {
        await expect(list({ continue: token })).rejects.toThrow(
          'continue: Invalid value',
        );
      }
      await expect(
        list({ continue: metadata.continue, labelSelector: 'a' }),
      ).rejects.toThrow('belongs to a list with another kind');
    },

    'shows objects as they were at the beginning on every page, whatever happens meanwhile':
      async () => {
        const { store, namespace } = bed();
        for (let i = 0; i < 8; i++) await store.create(input(`job-${i}`));
        const before = await store.list('ArenaJob', { namespace });
        const next = (token?: string) =>
          store.list('ArenaJob', { namespace, limit: 3, continue: token });
        const pages = [await next()];
        await store.delete('ArenaJob', at('job-4'));
        await store.delete('ArenaJob', at('job-5'));
        await store.create(input('job-5'));
        await store.create(input('job-6-new'));
        await setPhase(await store.get('ArenaJob', at('job-7')), 'Running');
        for (let token = pages[0].metadata.continue; token; ) {
          const page = await next(token);
          pages.push(page);
          token = page.metadata.continue;
        }
        expect(pages.map(page => page.items.length)).toEqual([3, 3, 2]);
        expect(pages.flatMap(page => page.items)).toEqual(before.items);
        expect(pages.map(page => page.metadata.remainingItemCount)).toEqual([
          5,
          2,
          undefined,
        ]);
        const after = await namesIn();
        expect(after).toContain('job-6-new');
        expect(after).not.toContain('job-4');
      },

    'tells what happens after a list, in order, and goes on after the last change seen':
      async () => {
        const { store, namespace, otherNamespace } = bed();
        const first = await store.create(input('first'));
        const { metadata } = await store.list('ArenaJob');
        const abort = new AbortController();
        const seen: WatchEvent[] = [];
        const follow = async (resourceVersion: string, count: number) => {
          const signal = AbortSignal.any([
            abort.signal,
            AbortSignal.timeout(20_000),
          ]);
          const watch = store.watch('ArenaJob', {
            namespace,
            resourceVersion,
            signal,
          });
          const start = seen.length;
          for await (const event of watch) {
            seen.push(event);
            if (seen.length - start === count) break;
          }
        };
        const following = follow(metadata.resourceVersion, 3);
        await setPhase(first, 'Running');
        await store.create(input('second'));
        await store.create(source('first'));
        await store.create(
          input('elsewhere', { metadata: { namespace: otherNamespace } }),
        );
        await store.delete('ArenaJob', at('second'));
        await following;
        expect(seen.map(briefly)).toEqual([
          'MODIFIED ArenaJob first Running',
          'ADDED ArenaJob second',
          'DELETED ArenaJob second',
        ]);
        expect(seen[0].object).toEqual(
          await store.get('ArenaJob', at('first')),
        );
        const running = await store.get('ArenaJob', at('first'));
        await setPhase(running, 'Succeeded');
        await follow(seen[2].object.metadata.resourceVersion, 1);
        expect(briefly(seen[3])).toBe('MODIFIED ArenaJob first Succeeded');
        // Also from the middle.
        await follow(seen[0].object.metadata.resourceVersion, 3);
        expect(seen.slice(4).map(briefly)).toEqual([
          'ADDED ArenaJob second',
          'DELETED ArenaJob second',
          'MODIFIED ArenaJob first Succeeded',
        ]);
      },

    'ends a watch with its signal, and refuses versions that it did not give out':
      async () => {
        const { store, namespace } = bed();
        const { metadata } = await store.list('ArenaJob');
        const abort = new AbortController();
        const watch = store.watch('ArenaJob', {
          namespace,
          resourceVersion: metadata.resourceVersion,
          signal: abort.signal,
        });
        const ended = (async () => {
          for await (const event of watch) throw new Error(briefly(event));
          return true;
        })();
        setImmediate(() => abort.abort());
        expect(await ended).toBe(true);
        const nonsense = store.watch('ArenaJob', {
          resourceVersion: 'nonsense',
          signal: AbortSignal.timeout(5_000),
        });
        await expect(nonsense[Symbol.asyncIterator]().next()).rejects.toThrow(
          'resourceVersion: Invalid value: "nonsense"',
        );
      },
  };
  return Object.entries(promises);
}
