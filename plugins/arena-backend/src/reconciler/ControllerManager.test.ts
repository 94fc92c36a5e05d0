import { mockLogger } from '../__testUtils__/mockLogger';
import {
  ARENA_API_VERSION,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import {
  GoneError,
  ResourceStore,
  WatchEvent,
} from '@backstage-arena/plugin-arena-node';
import { Controller } from './Controller';
import { ControllerManager } from './ControllerManager';

const object = (
  kind: ArenaKind,
  name: string,
  version: number,
): ArenaObject => ({
  apiVersion: ARENA_API_VERSION,
  kind,
  metadata: {
    name,
    namespace: 'default',
    uid: name,
    resourceVersion: String(version),
    generation: 1,
    creationTimestamp: '2026-11-23T00:00:00Z',
  },
  spec: {},
});

/** A store whose watch is fed by hand, in pages of two. */
function createStore(kinds: Partial<Record<ArenaKind, ArenaObject[]>>) {
  const lists: string[] = [];
  const watches: Array<{ kind: string; resourceVersion: string }> = [];
  let feed: Array<WatchEvent | Error> = [];
  const listeners = new Set<() => void>();
  const changed = (signal: AbortSignal) =>
    new Promise<void>(resolve => {
      listeners.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  const store: Pick<ResourceStore, 'list' | 'watch'> = {
    async list(kind: ArenaKind, options: any) {
      lists.push(kind);
      const all = kinds[kind] ?? [];
      const from = Number(options.continue ?? 0);
      return {
        items: all.slice(from, from + 2),
        metadata: {
          resourceVersion: String(100 + lists.length),
          continue: from + 2 < all.length ? String(from + 2) : undefined,
        },
      } as any;
    },
    async *watch(kind, { resourceVersion, signal }) {
      watches.push({ kind, resourceVersion });
      while (!signal.aborted) {
        const own = feed.findIndex(
          entry => entry instanceof Error || entry.object.kind === kind,
        );
        if (own >= 0) {
          const [next] = feed.splice(own, 1);
          if (next instanceof Error) throw next;
          yield next;
        } else {
          await changed(signal);
        }
      }
    },
  };
  return {
    store: store as ResourceStore,
    lists,
    watches,
    push(entry: WatchEvent | Error) {
      feed = [...feed, entry];
      listeners.forEach(listener => listener());
      listeners.clear();
    },
  };
}

const settle = () => new Promise(resolve => setTimeout(resolve, 30));

function createController(
  kind: ArenaKind,
  extra: Partial<Controller> = {},
): Controller & { seen: string[] } {
  const seen: string[] = [];
  return {
    kind,
    seen,
    reconcile: async key => {
      seen.push(key.name);
    },
    ...extra,
  };
}

describe('ControllerManager', () => {
  let manager: ControllerManager | undefined;

  afterEach(() => manager?.stop());

  function create(store: ResourceStore, controllers: Controller[]) {
    manager = new ControllerManager({
      store,
      controllers,
      logger: mockLogger(),
      backoffMs: 5,
    });
    return manager;
  }

  it('looks at everything there is, page by page, then at what changes', async () => {
    const { store, push, watches } = createStore({
      ArenaSource: [1, 2, 3, 4, 5].map(n => object('ArenaSource', `s${n}`, n)),
    });
    const controller = createController('ArenaSource');
    await create(store, [controller]).start(() => true);
    await settle();
    expect(controller.seen).toEqual(['s1', 's2', 's3', 's4', 's5']);
    // From the first page on: what changed while the others were read must not be missed.
    expect(watches[0]).toEqual({ kind: 'ArenaSource', resourceVersion: '101' });
    push({ type: 'MODIFIED', object: object('ArenaSource', 's2', 200) });
    await settle();
    expect(controller.seen.slice(5)).toEqual(['s2']);
  });

  it('lists anew when the store forgot where it was', async () => {
    const { store, push, lists } = createStore({
      ArenaSource: [object('ArenaSource', 's1', 1)],
    });
    const controller = createController('ArenaSource');
    await create(store, [controller]).start(() => true);
    await settle();
    push(new GoneError('too old'));
    await settle();
    expect(lists).toEqual(['ArenaSource', 'ArenaSource']);
    expect(controller.seen).toEqual(['s1', 's1']);
  });

  it('resumes a watch that broke from where it was', async () => {
    const { store, push, watches, lists } = createStore({});
    const controller = createController('ArenaSource');
    await create(store, [controller]).start(() => true);
    await settle();
    push({ type: 'ADDED', object: object('ArenaSource', 's1', 150) });
    await settle();
    push(new Error('connection lost'));
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect(lists).toHaveLength(1);
    expect(watches.map(w => w.resourceVersion)).toEqual(['101', '150']);
  });

  it('asks controllers what they want, and who is affected by a change', async () => {
    const { store, push } = createStore({
      ArenaJob: [object('ArenaJob', 'old', 1), object('ArenaJob', 'new', 2)],
    });
    const jobs = createController('ArenaJob', {
      wants: candidate => candidate.metadata.name !== 'old',
      affectedBy: changed =>
        changed.kind === 'Provider'
          ? [{ namespace: 'default', name: 'waiting' }]
          : [],
    });
    await create(store, [jobs]).start(() => true);
    await settle();
    expect(jobs.seen).toEqual(['new']);
    push({ type: 'ADDED', object: object('Provider', 'p', 300) });
    await settle();
    expect(jobs.seen).toEqual(['new', 'waiting']);
  });

  it('has controllers break off what they wait for before it waits for them', async () => {
    const { store } = createStore({
      ArenaSource: [object('ArenaSource', 's1', 1)],
    });
    const steps: string[] = [];
    let breakOff = () => {};
    const controller = createController('ArenaSource', {
      reconcile: async () => {
        await new Promise<void>(resolve => {
          breakOff = resolve;
        });
        steps.push('ended');
      },
      interrupt: () => {
        steps.push('interrupted');
        breakOff();
      },
      stepDown: async () => {
        steps.push('stepped down');
      },
    });
    const running = create(store, [controller]);
    await running.start(() => true);
    await settle();
    await running.stop();
    expect(steps).toEqual(['interrupted', 'ended', 'stepped down']);
  });

  it('repeats what failed', async () => {
    const { store } = createStore({
      ArenaSource: [object('ArenaSource', 's1', 1)],
    });
    let calls = 0;
    const controller = createController('ArenaSource', {
      reconcile: async () => {
        calls += 1;
        if (calls < 3) throw new Error('no');
      },
    });
    await create(store, [controller]).start(() => true);
    await settle();
    await settle();
    expect(calls).toBe(3);
  });

  it('does nothing while another replica may act', async () => {
    const { store } = createStore({
      ArenaSource: [object('ArenaSource', 's1', 1)],
    });
    const controller = createController('ArenaSource');
    let leader = false;
    await create(store, [controller]).start(() => leader);
    await settle();
    expect(controller.seen).toEqual([]);
    leader = true;
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect(controller.seen).toEqual(['s1']);
  });

  it('stops only after the running work, then lets controllers step down', async () => {
    const { store, push } = createStore({
      ArenaSource: [object('ArenaSource', 's1', 1)],
    });
    const order: string[] = [];
    const controller = createController('ArenaSource', {
      reconcile: async () => {
        await settle();
        order.push('worked');
      },
      stepDown: async () => {
        order.push('stepped down');
      },
    });
    create(store, [controller]);
    await manager!.start(() => true);
    await new Promise(resolve => setTimeout(resolve, 10));
    await manager!.stop();
    expect(order).toEqual(['worked', 'stepped down']);
    push({ type: 'ADDED', object: object('ArenaSource', 's2', 400) });
    await settle();
    expect(order).toHaveLength(2);
    await manager!.start(() => true);
    await settle();
    await settle();
    expect(order).toContain('worked');
    expect(order.length).toBeGreaterThan(2);
  });

  it('lets a controller be woken by what the store does not tell, for as long as it acts', async () => {
    let wake: (key: { namespace: string; name: string }) => void = () => {};
    let listening = false;
    const { store } = createStore({});
    const jobs = createController('ArenaJob', {
      wokenBy: given => {
        wake = given;
        listening = true;
        return () => {
          listening = false;
        };
      },
    });
    create(store, [jobs]);
    await manager!.start(() => true);
    wake({ namespace: 'default', name: 'a' });
    await settle();
    expect(jobs.seen).toEqual(['a']);

    await manager!.stop();
    expect(listening).toBe(false);
  });
});
