import {
  ArenaEvent,
  ArenaKind,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { GoneError, WatchEvent } from '@backstage-arena/plugin-arena-node';
import { compareVersions } from '../client/versions';
import { StreamPosition } from './StreamPosition';

/** One change, as a watch told it. */
export interface HistoryEntry {
  stream: string;
  /** Version of the change in its stream. */
  version: string;
  kind: ArenaKind | 'Event';
  namespace: string;
  change:
    | { object: WatchEvent; previous?: ArenaObject }
    | { event: ArenaEvent };
  /** More changes of the same version follow, found by one list: a reader who stops here has to read this one again. */
  partial?: boolean;
}

interface StreamState {
  /** Changes after this version are known. */
  floor: string;
  /** Everything up to this version was told. */
  current: string;
}

/**
 * The newest changes of several streams, in the order in which they were told.
 *
 * Entries have numbers of their own: versions of different streams arrive in no order.
 */
export class ChangeHistory {
  readonly #maxEntries: number;
  readonly #streams = new Map<string, StreamState>();
  readonly #waiters = new Set<() => void>();
  readonly #newest = new Map<string, HistoryEntry>();
  #entries: HistoryEntry[] = [];
  #first = 0;

  constructor(options: { maxEntries: number }) {
    this.#maxEntries = options.maxEntries;
  }

  /** Number of the first entry that is known. */
  get start(): number {
    return this.#first;
  }

  /** Number that the next entry will have. */
  get end(): number {
    return this.#first + this.#entries.length;
  }

  append(entry: HistoryEntry): void {
    const before = this.#newest.get(entry.stream);
    if (before?.version === entry.version) before.partial = true;
    this.#newest.set(entry.stream, entry);
    this.#entries.push(entry);
    // In portions: each cut copies.
    if (this.#entries.length > this.#maxEntries * 1.25) {
      this.#cut(this.#entries.length - this.#maxEntries);
    }
  }

  /** Everything that a stream told is here up to a version; wakes who waits. */
  progress(stream: string, version: string): void {
    const state = this.#streams.get(stream);
    if (!state) {
      this.#streams.set(stream, { floor: version, current: version });
    } else if (compareVersions(version, state.current) >= 0) {
      state.current = version;
    } else {
      // Versions go back when a cluster is restored from a backup: what is known is of another life.
      this.#cut(this.#entries.length);
      this.#first += 1;
      this.#newest.clear();
      this.#streams.set(stream, { floor: version, current: version });
    }
  }

  wake(): void {
    [...this.#waiters].forEach(wake => wake());
  }

  /** Undefined for a stream that has not been listed yet. */
  currentOf(stream: string): string | undefined {
    return this.#streams.get(stream)?.current;
  }

  get current(): StreamPosition {
    return new Map(
      [...this.#streams].map(([stream, { current }]) => [stream, current]),
    );
  }

  /** @throws GoneError when a reader at this position has missed something that is not known any more */
  check(streams: readonly string[], position: StreamPosition): void {
    for (const stream of streams) {
      const state = this.#streams.get(stream);
      const reached = position.get(stream) ?? '0';
      if (state && compareVersions(reached, state.floor) < 0) {
        throw new GoneError(
          `too old resource version: ${reached} (${state.floor}); list again`,
        );
      }
    }
  }

  /** True when a reader has seen more than was told here so far. */
  isBehind(streams: readonly string[], position: StreamPosition): boolean {
    return streams.some(stream => {
      const state = this.#streams.get(stream);
      const reached = position.get(stream);
      return (
        state !== undefined &&
        reached !== undefined &&
        compareVersions(state.current, reached) < 0
      );
    });
  }

  /** Entries from a number on, at most so many. @throws GoneError when the first of them is forgotten */
  from(number: number, limit: number): HistoryEntry[] {
    if (number < this.#first) {
      throw new GoneError(
        'Too many changes since the last one read; list again',
      );
    }
    const start = number - this.#first;
    return this.#entries.slice(start, start + limit);
  }

  /** Changes after a position, the oldest first. @throws GoneError when some are forgotten */
  since(streams: readonly string[], position: StreamPosition): HistoryEntry[] {
    this.check(streams, position);
    return this.#entries.filter(
      ({ stream, version }) =>
        streams.includes(stream) &&
        compareVersions(version, position.get(stream) ?? '0') > 0,
    );
  }

  /**
   * The position right after a change, for readers who know no more than the version that an object had; undefined when that change is not
   * known.
   */
  positionAfter(
    streams: readonly string[],
    version: string,
  ): StreamPosition | undefined {
    const index = this.#entries.findIndex(
      entry => entry.version === version && streams.includes(entry.stream),
    );
    if (index < 0) return undefined;
    const position = new Map(
      streams.flatMap(stream => {
        const state = this.#streams.get(stream);
        return state ? [[stream, state.floor] as const] : [];
      }),
    );
    for (const entry of this.#entries.slice(0, index + 1)) {
      if (position.has(entry.stream)) {
        position.set(entry.stream, entry.version);
      }
    }
    return position;
  }

  /** Resolves when there may be something new, when the signal aborts, or after the time. */
  wait(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    return new Promise(resolve => {
      let timer: NodeJS.Timeout | undefined;
      const done = () => {
        this.#waiters.delete(done);
        signal.removeEventListener('abort', done);
        clearTimeout(timer);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener('abort', done);
      if (timeoutMs !== undefined) {
        timer = setTimeout(done, timeoutMs).unref();
      }
      if (signal.aborted) done();
    });
  }

  #cut(count: number): void {
    for (const { stream, version } of this.#entries.slice(0, count)) {
      const state = this.#streams.get(stream);
      if (state && compareVersions(version, state.floor) > 0) {
        state.floor = version;
      }
    }
    this.#entries = this.#entries.slice(count);
    this.#first += count;
  }
}
