import {
  ARENA_KINDS,
  ArenaEvent,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { GoneError, WatchEvent } from '@backstage-arena/plugin-arena-node';
import { LiveFeed } from '../../api/stream/LiveFeed';
import { namesOfKind } from '../../store/storeErrors';
import { Informer, InformerEvent } from '../client/Informer';
import { compareVersions, isVersion } from '../client/versions';
import { KubeEvent, toArenaEvent } from '../events/kubeEvents';
import { ArenaCaches } from './ArenaCaches';
import { ChangeHistory, HistoryEntry } from './ChangeHistory';
import { readPosition, StreamPosition, writePosition } from './StreamPosition';

export interface KubernetesChangeFeedOptions {
  caches: ArenaCaches;
  /** Events about our objects. */
  events: Informer<KubeEvent>;
  /** Changes that are remembered at most. Default 4,000. */
  maxEntries?: number;
}

/** What a reader wants to follow. */
export interface FollowSelection {
  kind: ArenaKind | 'all' | 'all and events';
  namespace?: string;
}

const BATCH = 200;
/** How long a reader that comes from a replica with newer watches is waited for. */
const AHEAD_MS = 10_000;

/**
 * What changes in a cluster, from any point of the recent past: the changes that the watches of this process told are kept, so
 * that any number of readers costs the API server nothing.
 *
 * @remarks
 * Each kind, and each namespace if only some are served, has a watch of its own, and there is no order among watches. A position is
 * therefore the version of each. Positions mean the same on all replicas.
 */
export class KubernetesChangeFeed implements LiveFeed {
  readonly #caches: ArenaCaches;
  readonly #history: ChangeHistory;
  readonly #kindStreams: readonly string[];
  readonly #allStreams: readonly string[];
  readonly #detach: (() => void)[] = [];

  constructor(options: KubernetesChangeFeedOptions) {
    const { caches, events, maxEntries = 4_000 } = options;
    this.#caches = caches;
    this.#history = new ChangeHistory({ maxEntries });
    const kinds = ARENA_KINDS.map(({ kind }) => kind);
    this.#kindStreams = kinds.flatMap(kind => this.#streamsOf(kind));
    this.#allStreams = [...this.#kindStreams, ...this.#streamsOf('Event')];
    for (const kind of kinds) {
      this.#attach(kind, caches.of(kind), toObjectChange);
    }
    this.#attach('Event', events, toEventChange);
  }

  /** Forgets the informers; they may be stopped before or afterwards. */
  close(): void {
    this.#detach.splice(0).forEach(detach => detach());
  }

  async currentVersion(): Promise<string> {
    return writePosition(this.#allStreams, this.#history.current);
  }

  /** The objects of a change are shared: who follows must not change them. */
  async *follow(
    options: FollowSelection & { resourceVersion: string; signal: AbortSignal },
  ): AsyncGenerator<
    | { resourceVersion: string; object: WatchEvent }
    | { resourceVersion: string; event: ArenaEvent }
  > {
    const { resourceVersion, signal } = options;
    const changes = this.#follow(options, resourceVersion, signal);
    for await (const { change, position } of changes) {
      const version = writePosition(this.#allStreams, position);
      yield 'event' in change
        ? { resourceVersion: version, event: change.event }
        : { resourceVersion: version, object: change.object };
    }
  }

  /** Version of a list of a kind that shows what the watches told so far. */
  versionOf(kind: ArenaKind): string {
    return writePosition(this.#streamsOf(kind), this.#history.current);
  }

  /**
   * All objects of a kind as they were at a version, ordered by namespace and name.
   *
   * @throws GoneError when that is not known any more
   */
  async objectsAt(kind: ArenaKind, version: string): Promise<ArenaObject[]> {
    const streams = this.#streamsOf(kind);
    const position = readPosition(version, streams);
    await this.#catchUp(streams, position, new AbortController().signal);
    const since = this.#history.since(streams, position);
    const objects = this.#caches.of(kind).told();
    return since.length === 0 ? objects : undo(objects, since);
  }

  async *#follow(
    selection: FollowSelection,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<HistoryEntry & { position: StreamPosition }> {
    const { namespace } = selection;
    const streams = this.#selected(selection.kind);
    const start = this.#parse(resourceVersion, streams);
    await this.#catchUp(streams, start, signal);
    const position = new Map(start);
    const history = this.#history;
    let next = history.start;
    while (!signal.aborted) {
      history.check(streams, position);
      const entries = history.from(next, BATCH);
      for (const entry of entries) {
        next += 1;
        const { stream, version } = entry;
        const seen = compareVersions(version, start.get(stream) ?? '0') <= 0;
        if (seen || !streams.includes(stream)) continue;
        if (!entry.partial) position.set(stream, version);
        if (namespace !== undefined && entry.namespace !== namespace) continue;
        if (signal.aborted) return;
        yield { ...entry, position };
      }
      if (next === history.end) {
        // A position that nobody moves would be too old one day.
        this.#advance(position);
        await history.wait(signal);
      }
    }
  }

  #advance(position: Map<string, string>): void {
    for (const stream of this.#allStreams) {
      const current = this.#history.currentOf(stream);
      const known = position.get(stream);
      const isNewer = current && known && compareVersions(current, known) > 0;
      if (isNewer) position.set(stream, current);
    }
  }

  /** Another replica may have told the reader more than the watches here know yet. */
  async #catchUp(
    streams: readonly string[],
    position: StreamPosition,
    signal: AbortSignal,
  ): Promise<void> {
    const deadline = performance.now() + AHEAD_MS;
    while (this.#history.isBehind(streams, position) && !signal.aborted) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) {
        throw new GoneError(
          'The resourceVersion is newer than anything that is known of this cluster; list again',
        );
      }
      await this.#history.wait(signal, leftMs);
    }
  }

  #parse(text: string, streams: readonly string[]): StreamPosition {
    if (!isVersion(text)) {
      const parts = text.split('.').length - 2;
      return readPosition(
        text,
        parts === this.#allStreams.length ? this.#allStreams : streams,
      );
    }
    // The version of one object says how far one stream has come; a change that is known says it of all.
    const position =
      streams.length === 1
        ? readPosition(text, streams)
        : this.#history.positionAfter(streams, text);
    if (!position) {
      throw new GoneError(
        `too old resource version: ${text} is not among the changes that are known; list again`,
      );
    }
    return position;
  }

  #selected(kind: FollowSelection['kind']): readonly string[] {
    if (kind === 'all and events') return this.#allStreams;
    if (kind === 'all') return this.#kindStreams;
    return this.#streamsOf(namesOfKind(kind).kind);
  }

  #streamsOf(kind: ArenaKind | 'Event'): string[] {
    return (this.#caches.namespaces ?? ['']).map(
      namespace => `${kind}/${namespace}`,
    );
  }

  #attach<T extends ArenaObject | KubeEvent>(
    kind: ArenaKind | 'Event',
    informer: Informer<T>,
    toChange: (event: InformerEvent<T>) => HistoryEntry['change'] | undefined,
  ): void {
    this.#detach.push(
      informer.onEvent(event => {
        const change = event.initial ? undefined : toChange(event);
        if (!change) return;
        this.#history.append({
          stream: `${kind}/${event.stream}`,
          version: event.resourceVersion,
          kind,
          namespace: event.object.metadata.namespace,
          change,
        });
      }),
      informer.onProgress(() => {
        for (const [stream, version] of informer.versions) {
          this.#history.progress(`${kind}/${stream}`, version);
        }
        this.#history.wake();
      }),
    );
  }
}

function toObjectChange(
  event: InformerEvent<ArenaObject>,
): HistoryEntry['change'] {
  const { type, object, previous, resourceVersion } = event;
  const shown =
    type === 'DELETED'
      ? { ...object, metadata: { ...object.metadata, resourceVersion } }
      : object;
  return { object: { type, object: shown }, previous };
}

/** Events are deleted when they are old, which is nothing to tell. */
function toEventChange(
  event: InformerEvent<KubeEvent>,
): HistoryEntry['change'] | undefined {
  return event.type === 'DELETED'
    ? undefined
    : { event: toArenaEvent(event.object) };
}

/** Takes changes back, the newest first. */
function undo(
  objects: readonly ArenaObject[],
  since: readonly HistoryEntry[],
): ArenaObject[] {
  const keyOf = ({ metadata }: ArenaObject) =>
    `${metadata.namespace}\0${metadata.name}`;
  const state = new Map(objects.map(object => [keyOf(object), object]));
  for (const { change } of [...since].reverse()) {
    if ('event' in change) continue;
    const key = keyOf(change.object.object);
    if (change.previous) state.set(key, change.previous);
    else state.delete(key);
  }
  return [...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, o]) => o);
}
