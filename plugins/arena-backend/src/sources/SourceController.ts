import { isError } from '@backstage/errors';
import {
  ArenaKind,
  ArenaSource,
  ArenaSourceArtifact,
  ArenaSourceStatus,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
  SnapshotStore,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import { Controller, ReconcileResult } from '../reconciler/Controller';
import { Clock } from '../time/Clock';
import { checkSourceSpec, FetchPlan } from './checkSourceSpec';
import { fetchWithTimeout } from './fetchWithTimeout';
import { SourceRevisions } from './revisions/SourceRevisions';
import { WorkspaceUploads } from './upload/WorkspaceUploads';
import {
  failedStatus,
  fetchingStatus,
  FetchReason,
  fetchReason,
  invalidStatus,
  succeededStatus,
  suspendedStatus,
} from './sourceStatus';

export interface SourceControllerOptions {
  store: ResourceStore;
  snapshots: SnapshotStore;
  revisions: Pick<SourceRevisions, 'record' | 'forget'>;
  uploads: Pick<WorkspaceUploads, 'forget'>;
  events: Pick<EventRecorder, 'record'>;
  fetchers: readonly SourceFetcher[];
  clock: Clock;
  /** 0 to 1, for tests. */
  random?: () => number;
}

/** Polls are spread over this part of the interval, or all sources of a file would be fetched at the same second for ever. */
const JITTER = 0.1;
const FIRST_RETRY_MS = 5_000;
const MAX_STATUS_ATTEMPTS = 20;

function keyOf(source: ArenaSource): string {
  return `${source.metadata.namespace}/${source.metadata.name}`;
}

/** By its name: a module may bring a copy of the class. */
function reasonOf(error: unknown): string {
  const { reason } = error as Partial<SourceFetchError>;
  return errorName(error) === 'SourceFetchError' && reason
    ? reason
    : 'FetchError';
}

function errorName(error: unknown): string {
  return isError(error) ? error.name : '';
}

/**
 * Fetches ArenaSources: at once when new, changed or asked for, and again and again at their interval.
 *
 * @remarks
 * What to do follows from spec and status alone. A fetch that a dead process began shows as phase `Initializing` or `Fetching` and is
 * done again; storing the same content twice stores it once. A failure keeps the artifact of before.
 */
export class SourceController implements Controller {
  readonly kind: ArenaKind = 'ArenaSource';
  readonly #options: SourceControllerOptions;
  readonly #fetchers: ReadonlyMap<string, SourceFetcher>;
  /** Consecutive failures. Forgotten on restart, which only makes the next retry come sooner. */
  readonly #failures = new Map<string, number>();
  /** Aborts when this replica stops acting; then another one takes its place. */
  #acting = new AbortController();

  constructor(options: SourceControllerOptions) {
    this.#options = options;
    this.#fetchers = new Map(options.fetchers.map(f => [f.type, f]));
  }

  interrupt(): void {
    this.#acting.abort(new Error('This replica no longer fetches sources'));
    this.#acting = new AbortController();
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult | void> {
    // Before anything is awaited: a fetch that begins after the interruption must see it.
    const { signal } = this.#acting;
    const source = await this.#find(key);
    if (!source || source.metadata.deletionTimestamp) {
      this.#failures.delete(`${key.namespace}/${key.name}`);
      if (source) return undefined;
      const { revisions, uploads, store } = this.#options;
      await revisions.forget(store.cluster, key);
      await uploads.forget(store.cluster, key);
      return undefined;
    }
    const now = this.#options.clock.now();
    if (source.spec.suspend) {
      await this.#write(source, status =>
        suspendedStatus(status, { source, now }),
      );
      return undefined;
    }
    const plan = checkSourceSpec(source, this.#fetchers);
    if ('reason' in plan) {
      await this.#write(source, status =>
        invalidStatus(status, { source, now, ...plan }),
      );
      return undefined;
    }
    const reason = fetchReason(source, now);
    if (reason) {
      return this.#fetch(source, { reason, plan, signal });
    }
    return {
      requeueAfterMs: Math.max(
        Date.parse(source.status?.nextFetchTime ?? '') - now.getTime(),
        1,
      ),
    };
  }

  async #fetch(
    found: ArenaSource,
    options: { reason: FetchReason; plan: FetchPlan; signal: AbortSignal },
  ): Promise<ReconcileResult> {
    const { reason, plan, signal } = options;
    const { clock, events, snapshots } = this.#options;
    const source = await this.#write(found, status =>
      fetchingStatus(status, { source: found, now: clock.now() }),
    );
    if (!source) {
      return { requeueAfterMs: 0 };
    }
    if (reason !== 'interval') {
      await events.record(source, {
        type: 'Normal',
        reason: 'FetchStarted',
        message: `Fetching from ${source.spec.type}: ${reason}`,
      });
    }
    let artifact: ArenaSourceArtifact;
    try {
      artifact = await fetchWithTimeout({
        ...plan,
        // With the status of before: it says which spec the artifact is of.
        source: { ...source, status: found.status },
        snapshots,
        now: clock.now(),
        signal,
      });
    } catch (error) {
      // The status says that it is being fetched, so that whoever acts next does it.
      if (signal.aborted) return {};
      return this.#fail(source, error, plan);
    }
    return this.#succeed(source, artifact, { reason, plan, before: found });
  }

  async #succeed(
    source: ArenaSource,
    artifact: ArenaSourceArtifact,
    options: { reason: FetchReason; plan: FetchPlan; before: ArenaSource },
  ): Promise<ReconcileResult> {
    const { reason, plan, before } = options;
    const now = this.#options.clock.now();
    const jitter = 1 + JITTER * (this.#options.random ?? Math.random)();
    const delayMs = plan.intervalMs * jitter;
    const nextFetch = new Date(now.getTime() + delayMs);
    const changed = before.status?.artifact?.digest !== artifact.digest;
    const { store, revisions } = this.#options;
    // Before the status tells of it: what is shown there must be found.
    const versionCount =
      changed || before.status?.versionCount === undefined
        ? await revisions.record(store.cluster, source, artifact)
        : before.status.versionCount;
    const written = await this.#write(source, status =>
      succeededStatus(status, {
        source,
        now,
        nextFetch,
        artifact,
        versionCount,
      }),
    );
    if (!written) {
      return { requeueAfterMs: 0 };
    }
    this.#failures.delete(keyOf(source));
    if (changed || reason !== 'interval' || before.status?.phase === 'Error') {
      await this.#options.events.record(written, {
        type: 'Normal',
        reason: 'FetchSucceeded',
        message: `${changed ? 'New content' : 'No new content'}: revision ${
          artifact.revision
        }`,
      });
    }
    return { requeueAfterMs: delayMs };
  }

  async #fail(
    source: ArenaSource,
    error: unknown,
    plan: FetchPlan,
  ): Promise<ReconcileResult> {
    const now = this.#options.clock.now();
    const failures = (this.#failures.get(keyOf(source)) ?? 0) + 1;
    const delayMs = Math.min(
      FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 30),
      plan.intervalMs,
    );
    const nextFetch = new Date(now.getTime() + delayMs);
    const message = isError(error) ? error.message : String(error);
    const reason = reasonOf(error);
    const written = await this.#write(source, status =>
      failedStatus(status, { source, now, nextFetch, reason, message }),
    );
    if (!written) {
      return { requeueAfterMs: 0 };
    }
    this.#failures.set(keyOf(source), failures);
    await this.#options.events.record(written, {
      type: 'Warning',
      reason: 'FetchFailed',
      message,
    });
    return { requeueAfterMs: delayMs };
  }

  /** Undefined when the source is gone or wants something else by now: then the status does not speak of it. */
  async #write(
    source: ArenaSource,
    change: (status: ArenaSourceStatus) => ArenaSourceStatus,
  ): Promise<ArenaSource | undefined> {
    let current = source;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#options.store.updateStatus<ArenaSource>({
          ...current,
          status: change(current.status ?? {}),
        });
      } catch (error) {
        const lostRace = ['ConflictError', 'NotFoundError'].includes(
          errorName(error),
        );
        if (!lostRace || attempt === MAX_STATUS_ATTEMPTS) {
          throw error;
        }
      }
      const fresh = await this.#find(source.metadata);
      if (
        fresh?.metadata.uid !== source.metadata.uid ||
        fresh.metadata.generation !== source.metadata.generation
      ) {
        return undefined;
      }
      current = fresh;
    }
  }

  async #find(key: ObjectKey): Promise<ArenaSource | undefined> {
    try {
      return await this.#options.store.get<ArenaSource>('ArenaSource', key);
    } catch (error) {
      if (errorName(error) === 'NotFoundError') {
        return undefined;
      }
      throw error;
    }
  }
}
