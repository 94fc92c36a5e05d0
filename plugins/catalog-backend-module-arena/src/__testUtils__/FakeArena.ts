import {
  ARENA_API_VERSION,
  ArenaApi,
  ArenaKind,
  ArenaObject,
  ArenaStreamMessage,
  ArenaStreamOptions,
  ListOptions,
} from '@backstage-arena/plugin-arena-common';

export function object(
  kind: ArenaKind,
  name: string,
  overrides: Partial<ArenaObject['metadata']> & {
    spec?: ArenaObject['spec'];
  } = {},
): ArenaObject {
  const { spec = { sourceRef: { name: 'prompts' } }, ...metadata } = overrides;
  return {
    apiVersion: ARENA_API_VERSION,
    kind,
    metadata: {
      name,
      namespace: 'team',
      uid: `uid-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
      ...metadata,
    },
    spec,
    status: { phase: 'Running', progress: { total: 10 } },
  };
}

/** What Arena has, two objects to a page, and the live stream of what becomes of it. */
export class FakeArena {
  objects: ArenaObject[] = [];
  asked: Array<ListOptions & { principal: unknown }> = [];
  /** Fails when the page with this token is asked for; '' is the first one. */
  failAt: string | undefined;
  /** Streams that are open. */
  readonly streams = new Set<{
    onMessage: (message: ArenaStreamMessage) => void;
    options: ArenaStreamOptions;
  }>();
  private version = 1;

  as(credentials: { principal: unknown }): ArenaApi {
    const list: ArenaApi['list'] = async query => {
      this.asked.push({ ...query, principal: credentials.principal });
      if (this.failAt === (query.continue ?? '')) {
        throw new Error('the cluster is away');
      }
      const from = Number(query.continue ?? 0);
      const all = this.objects.filter(({ kind }) => kind === query.kind);
      return {
        items: all.slice(from, from + 2) as never[],
        metadata: {
          resourceVersion: '1',
          ...(from + 2 < all.length && { continue: String(from + 2) }),
        },
      };
    };
    const stream: ArenaApi['stream'] = async (_topics, onMessage, options) => {
      const { signal, onConnection } = options;
      const entry = { onMessage, options };
      this.streams.add(entry);
      onConnection?.(true);
      onMessage({ type: 'reset' });
      await new Promise<void>(resolve => {
        signal.addEventListener('abort', () => resolve());
      });
      this.streams.delete(entry);
    };
    // Whatever else is called, creating a job for one, fails the test.
    return new Proxy({ list, stream } as ArenaApi, {
      get(target, name) {
        if (name === 'list') return target.list;
        if (name === 'stream') return target.stream;
        throw new Error(`The catalog must not call ${String(name)}`);
      },
    });
  }

  /** Changes an object, and says so on the live stream. */
  put(changed: ArenaObject, cluster = 'embedded'): void {
    const at = this.objects.findIndex(one => isSame(one, changed));
    const written = this.numbered(changed);
    if (at < 0) this.objects.push(written);
    else this.objects[at] = written;
    this.tell({
      type: 'object',
      change: at < 0 ? 'ADDED' : 'MODIFIED',
      cluster,
      object: written,
    });
  }

  delete(kind: ArenaKind, name: string, cluster = 'embedded'): void {
    const gone = this.objects.find(
      one => one.kind === kind && one.metadata.name === name,
    )!;
    this.objects = this.objects.filter(one => one !== gone);
    this.tell({
      type: 'object',
      change: 'DELETED',
      cluster,
      object: this.numbered(gone),
    });
  }

  tell(message: ArenaStreamMessage): void {
    this.streams.forEach(({ onMessage }) => onMessage(message));
  }

  private numbered(one: ArenaObject): ArenaObject {
    this.version += 1;
    const resourceVersion = String(this.version);
    return { ...one, metadata: { ...one.metadata, resourceVersion } };
  }
}

function isSame(one: ArenaObject, other: ArenaObject): boolean {
  return (
    one.kind === other.kind &&
    one.metadata.name === other.metadata.name &&
    one.metadata.namespace === other.metadata.namespace
  );
}
