import { LoggerService } from '@backstage/backend-plugin-api';
import {
  isError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { ArenaStreamMessage } from '@backstage-arena/plugin-arena-common';
import { Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { RouterOptions, RunReader } from '../RouterOptions';
import { ServedCluster } from '../ServedCluster';
import { CommentsPoller, CommentsWatcher } from './CommentsPoller';
import { LiveFeed } from './LiveFeed';
import { RunChange, RunPoller, RunWatcher } from './RunPoller';
import { SseConnection } from './SseConnection';
import { StreamCursor } from './StreamCursor';
import { Topics } from './topics';
import { Visibility } from './Visibility';

export interface LiveStreamTiming {
  heartbeatMs: number;
  stallMs: number;
  maxAgeMs: number;
  /** How often watched runs are looked at. */
  runIntervalMs: number;
  /** Pause after a change of an object that was waited for, so that a burst is read at once. */
  gatherMs: number;
  maxConnections: number;
}

const DEFAULT_TIMING: LiveStreamTiming = {
  heartbeatMs: 15_000,
  stallMs: 30_000,
  maxAgeMs: 10 * 60_000,
  runIntervalMs: 1_000,
  gatherMs: 100,
  maxConnections: 1_000,
};

const CELLS_PER_MESSAGE = 500;

/**
 * The live streams of this process.
 *
 * @remarks
 * Objects and events come from each cluster's change feed, in order and without gaps. Runs are level-based: their newest state, from one
 * poller for all streams. A stream that starts without a cursor, or with one that is too old, first says `reset`; its cursor was
 * taken before, so that what the client reads then plus what follows is everything.
 */
export class LiveStream {
  private readonly feeds: ReadonlyMap<string, LiveFeed>;
  private readonly runs: RunReader;
  private readonly logger: LoggerService;
  private readonly shutdown: AbortSignal;
  private readonly timing: LiveStreamTiming;
  private readonly poller: RunPoller;
  private readonly comments: RouterOptions['comments'];
  private readonly commentsPoller: CommentsPoller;
  private readonly onConnections?: (change: 1 | -1) => void;
  private connections = 0;

  constructor(options: {
    clusters: ReadonlyMap<string, Pick<ServedCluster, 'feed'>>;
    runs: RunReader;
    comments: RouterOptions['comments'];
    logger: LoggerService;
    shutdown: AbortSignal;
    timing?: Partial<LiveStreamTiming>;
    /** Called with each stream that begins and ends. */
    onConnections?: (change: 1 | -1) => void;
  }) {
    this.feeds = new Map(
      [...options.clusters].map(([name, { feed }]) => [name, feed]),
    );
    this.runs = options.runs;
    this.logger = options.logger;
    this.shutdown = options.shutdown;
    this.timing = { ...DEFAULT_TIMING, ...options.timing };
    this.poller = new RunPoller({
      runs: this.runs,
      logger: this.logger,
      intervalMs: this.timing.runIntervalMs,
    });
    this.onConnections = options.onConnections;
    this.comments = options.comments;
    this.commentsPoller = new CommentsPoller({
      comments: this.comments,
      logger: this.logger,
      // Two browsers on two replicas agree within a second, the way there and back included.
      intervalMs: this.timing.runIntervalMs / 2,
    });
  }

  /** Starts a stream. Rejects before anything is sent when it cannot start; afterwards the connection lives on its own. */
  async start(
    res: Response,
    request: {
      topics: Topics;
      visibility: Visibility;
      lastEventId: string | undefined;
    },
  ): Promise<void> {
    const { topics, visibility } = request;
    if (
      this.shutdown.aborted ||
      this.connections >= this.timing.maxConnections
    ) {
      throw new ServiceUnavailableError(
        'No more live streams can be served now: try again later',
      );
    }
    const known = StreamCursor.parse(request.lastEventId);
    const resumed = known && this.covers(known, topics) ? known : undefined;
    const cursor = resumed ?? (await this.newest(topics));
    if (res.closed) return;

    const connection = new SseConnection(res, {
      ...this.timing,
      shutdown: this.shutdown,
    });
    this.connections++;
    this.onConnections?.(1);
    connection.closed.addEventListener('abort', () => {
      this.connections--;
      this.onConnections?.(-1);
    });
    connection.open();
    if (!resumed) await send(connection, cursor, { type: 'reset' });
    for (const cluster of this.feeds.keys()) {
      this.follow(connection, { topics, visibility, cursor, cluster }).catch(
        error => {
          this.logger.warn(
            `A live stream of cluster '${cluster}' broke off: ${stringifyError(
              error,
            )}`,
          );
          // The client comes back with its cursor.
          connection.end();
        },
      );
    }
    if (topics.runIds.length > 0) {
      const ends = [
        this.poller.add(
          runWatcher(connection, topics.runIds, { cursor, visibility }),
        ),
        this.commentsPoller.add(
          commentsWatcher(connection, topics.runIds, { cursor, visibility }),
        ),
      ];
      const remove = () => ends.forEach(end => end());
      connection.closed.addEventListener('abort', remove);
      if (connection.closed.aborted) remove();
    }
  }

  private covers(cursor: StreamCursor, topics: Topics): boolean {
    return (
      [...this.feeds.keys()].every(
        cluster =>
          !topics.followed(cluster) ||
          cursor.objectVersion(cluster) !== undefined,
      ) &&
      topics.runIds.every(
        id =>
          cursor.runVersion(id) !== undefined &&
          cursor.commentsVersion(id) !== undefined,
      )
    );
  }

  private async newest(topics: Topics): Promise<StreamCursor> {
    const cursor = new StreamCursor();
    for (const [cluster, feed] of this.feeds) {
      if (topics.followed(cluster)) {
        cursor.setObjectVersion(cluster, await feed.currentVersion());
      }
    }
    if (topics.runIds.length > 0) {
      const heads = await this.runs.heads(topics.runIds);
      const comments = await this.comments.versions(topics.runIds);
      for (const runId of topics.runIds) {
        const head = heads.find(candidate => candidate.id === runId);
        cursor.setRunVersion(runId, head?.version ?? 0);
        cursor.setCommentsVersion(runId, comments.get(runId) ?? 0);
      }
    }
    return cursor;
  }

  private async follow(
    connection: SseConnection,
    options: {
      topics: Topics;
      visibility: Visibility;
      cursor: StreamCursor;
      cluster: string;
    },
  ): Promise<void> {
    const { topics, visibility, cursor, cluster } = options;
    const feed = this.feeds.get(cluster);
    const followed = topics.followed(cluster);
    if (!feed || !followed) return;
    const { closed } = connection;
    while (!closed.aborted) {
      try {
        let askedAt = Date.now();
        for await (const change of feed.follow({
          ...followed,
          resourceVersion: cursor.objectVersion(cluster) ?? '0',
          signal: closed,
        })) {
          const waited = Date.now() > askedAt + 1;
          const message = toMessage(cluster, change);
          const { resourceVersion } = change;
          if (
            isWanted(topics, cluster, message) &&
            isVisible(visibility, cluster, message)
          ) {
            await connection.send(message, () => {
              cursor.setObjectVersion(cluster, resourceVersion);
              return cursor.toString();
            });
          } else {
            cursor.setObjectVersion(cluster, resourceVersion);
          }
          if (waited) await pause(this.timing.gatherMs, closed);
          askedAt = Date.now();
        }
      } catch (error) {
        if (closed.aborted) return;
        if (!isError(error) || error.name !== 'GoneError') throw error;
        // What lies between is forgotten: the client must read everything again, from a point before which nothing is missed.
        cursor.setObjectVersion(cluster, await feed.currentVersion());
        await send(connection, cursor, { type: 'reset' });
      }
    }
  }
}

type FeedChange = ReturnType<LiveFeed['follow']> extends AsyncIterable<infer T>
  ? T
  : never;
type FeedMessage = Extract<ArenaStreamMessage, { type: 'object' | 'event' }>;

function toMessage(cluster: string, change: FeedChange): FeedMessage {
  if ('event' in change) {
    return { type: 'event', cluster, event: change.event };
  }
  const { type, object } = change.object;
  return { type: 'object', change: type, cluster, object };
}

function isWanted(
  topics: Topics,
  cluster: string,
  message: FeedMessage,
): boolean {
  return message.type === 'event'
    ? topics.wantsEvent(cluster, message.event)
    : topics.wantsObject(cluster, message.object);
}

function isVisible(
  visibility: Visibility,
  cluster: string,
  message: FeedMessage,
): boolean {
  return message.type === 'event'
    ? visibility.event(cluster, message.event)
    : visibility.object(cluster, message.object);
}

function send(
  connection: SseConnection,
  cursor: StreamCursor,
  message: ArenaStreamMessage,
): Promise<void> {
  return connection.send(message, () => cursor.toString());
}

function runWatcher(
  connection: SseConnection,
  runIds: readonly string[],
  { cursor, visibility }: { cursor: StreamCursor; visibility: Visibility },
): RunWatcher {
  let pending = 0;
  const deliver = async ({ run, type, cells, version }: RunChange) => {
    if (!visibility.run({ ...run, pins: { type } })) {
      cursor.setRunVersion(run.id, version);
      return;
    }
    for (let from = 0; from < cells.length; from += CELLS_PER_MESSAGE) {
      await send(connection, cursor, {
        type: 'matrix',
        runId: run.id,
        cells: cells.slice(from, from + CELLS_PER_MESSAGE),
      });
    }
    // The run goes last and moves the cursor: a connection that breaks between repeats the cells rather than losing them.
    await connection.send({ type: 'run', run }, () => {
      cursor.setRunVersion(run.id, version);
      return cursor.toString();
    });
  };
  return {
    runIds,
    seen: runId => cursor.runVersion(runId) ?? 0,
    get busy() {
      return pending > 0;
    },
    take(change) {
      pending++;
      deliver(change)
        .catch(() => connection.end())
        .finally(() => pending--);
    },
  };
}

function commentsWatcher(
  connection: SseConnection,
  runIds: readonly string[],
  { cursor, visibility }: { cursor: StreamCursor; visibility: Visibility },
): CommentsWatcher {
  const told = new Map<string, number>();
  return {
    runIds,
    seen: runId => told.get(runId) ?? cursor.commentsVersion(runId) ?? 0,
    take(runId, version) {
      told.set(runId, version);
      if (!visibility.commentsOf(runId)) return;
      connection
        .send({ type: 'comments', runId }, () => {
          cursor.setCommentsVersion(runId, version);
          return cursor.toString();
        })
        .catch(() => connection.end());
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(error => {
    if (!signal.aborted) throw error;
  });
}
