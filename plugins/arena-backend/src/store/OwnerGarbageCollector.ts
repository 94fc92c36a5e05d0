import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { EmbeddedResourceStore } from './EmbeddedResourceStore';
import { existingUids } from './operations/existingUids';
import { findOrphans, Orphan } from './operations/findOrphans';
import { isArenaOwner } from './operations/writeRelations';

const BATCH = 100;
const MAX_ATTEMPTS = 10;

/**
 * Deletes what deleted objects owned.
 *
 * @remarks
 * What there is to do is read from the owner references themselves: an object whose owners are all gone is deleted, a reference to
 * one of several owners is dropped. So nothing is lost by a crash, and replicas may do it at the same time. After a
 * deletion only the dependents of that object are looked at; a slow round over all of them finds what was missed.
 */
export class OwnerGarbageCollector {
  readonly #knex: Knex;
  readonly #store: EmbeddedResourceStore;
  readonly #loop: BackgroundLoop;
  readonly #removed = new Set<string>();
  readonly #sweepIntervalMs: number;
  #nextSweep = 0;

  constructor(options: {
    knex: Knex;
    store: EmbeddedResourceStore;
    logger: LoggerService;
    sweepIntervalMs: number;
  }) {
    this.#knex = options.knex;
    this.#store = options.store;
    this.#sweepIntervalMs = options.sweepIntervalMs;
    this.#loop = new BackgroundLoop({
      name: 'Deleting what deleted objects owned',
      intervalMs: options.sweepIntervalMs,
      logger: options.logger,
      run: signal => this.#round(signal),
    });
    options.store.onRemoved(uid => this.#wake(uid));
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** Looks at all objects that have owners. Returns how many it deleted. */
  async sweep(signal?: AbortSignal): Promise<number> {
    return this.#collect({ signal });
  }

  #wake(uid: string): void {
    if (this.#loop.running) {
      this.#removed.add(uid);
      this.#loop.wake();
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    for (const uid of this.#removed) {
      if (signal.aborted) {
        return;
      }
      await this.#collect({ ownerUid: uid, signal });
      this.#removed.delete(uid);
    }
    if (performance.now() >= this.#nextSweep) {
      await this.#collect({ signal });
      this.#nextSweep = performance.now() + this.#sweepIntervalMs;
    }
  }

  async #collect(options: {
    ownerUid?: string;
    signal?: AbortSignal;
  }): Promise<number> {
    let deleted = 0;
    let afterUid: string | undefined;
    while (!options.signal?.aborted) {
      const query = {
        cluster: this.#store.cluster,
        ownerUid: options.ownerUid,
        afterUid,
        limit: BATCH,
      };
      const orphans: Orphan[] = await retryWhileBusy(() =>
        findOrphans(this.#knex, query),
      );
      for (const orphan of orphans) {
        deleted += Number(await this.#release(orphan));
      }
      if (orphans.length < BATCH) {
        break;
      }
      afterUid = orphans[orphans.length - 1].uid;
    }
    return deleted;
  }

  /** True when it was deleted. Tries again when the object changed in between: a missed orphan would live until the next sweep. */
  async #release(orphan: Orphan): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#releaseOnce(orphan);
      } catch (error) {
        if (isError(error) && error.name === 'NotFoundError') {
          return false;
        }
        const lostRace = isError(error) && error.name === 'ConflictError';
        if (!lostRace || attempt === MAX_ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  async #releaseOnce(orphan: Orphan): Promise<boolean> {
    const object = await this.#store.get(orphan.kind, orphan);
    const { uid, resourceVersion, ownerReferences = [] } = object.metadata;
    if (uid !== orphan.uid || object.metadata.deletionTimestamp) {
      return false;
    }
    const ours = ownerReferences.filter(isArenaOwner).map(owner => owner.uid);
    const existing = await existingUids(this.#knex, {
      cluster: this.#store.cluster,
      uids: ours,
    });
    // Whether an object of another API still exists is not known here, so it counts as one that does.
    const alive = ownerReferences.filter(
      owner => !isArenaOwner(owner) || existing.has(owner.uid),
    );
    if (alive.length === ownerReferences.length) {
      return false;
    }
    if (alive.length === 0) {
      await this.#store.delete(orphan.kind, orphan, {
        preconditions: { uid, resourceVersion },
      });
      return true;
    }
    await this.#store.update({
      ...object,
      metadata: { ...object.metadata, ownerReferences: alive },
    });
    return false;
  }
}
