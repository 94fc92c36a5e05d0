import { ArenaEvent, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { GoneError, WatchEvent } from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { ChangeSignal } from './ChangeSignal';
import { ChangeTail } from './ChangeTail';
import {
  ChangeRow,
  ChangeSelection,
  readChanges,
} from './operations/readChanges';
import { readVersions } from './operations/readVersions';
import { parseResourceVersion } from './resourceVersion';

/** Something that happened in the store, under the version at which a reader would go on. */
export type StoreChange =
  | { resourceVersion: string; object: WatchEvent }
  | { resourceVersion: string; event: ArenaEvent };

export interface FollowOptions extends ChangeSelection {
  /** Changes after this version. */
  resourceVersion: string;
  signal: AbortSignal;
}

const BATCH = 200;

function toChange(row: ChangeRow): StoreChange {
  const resourceVersion = String(row.resource_version);
  if (row.type === 'RECORDED') {
    return { resourceVersion, event: JSON.parse(row.document) as ArenaEvent };
  }
  return {
    resourceVersion,
    object: {
      type: row.type,
      object: JSON.parse(row.document) as ArenaObject,
    },
  };
}

/**
 * Everything that changes in the store, in order and without gaps, from any version that is still in the history.
 *
 * @remarks
 * Objects and recorded events share one row of versions, so one cursor resumes a stream of both, on any replica.
 */
export class ChangeFeed {
  readonly #knex: Knex;
  readonly #cluster: string;
  readonly #signal: ChangeSignal;
  readonly #tail: ChangeTail;

  constructor(options: {
    knex: Knex;
    cluster: string;
    changeSignal: ChangeSignal;
  }) {
    this.#knex = options.knex;
    this.#cluster = options.cluster;
    this.#signal = options.changeSignal;
    this.#tail = new ChangeTail({
      load: (after, until) =>
        this.#load({
          kind: 'all and events',
          after,
          until,
          // Every version is one row.
          limit: until - after,
        }),
    });
  }

  /** The version to follow from when only what comes next matters. */
  async currentVersion(): Promise<string> {
    return String((await this.#versions()).current);
  }

  /**
   * Ends when the signal aborts.
   *
   * @throws GoneError when changes after the version are forgotten, also in the middle for a reader that is too slow
   */
  async *follow(options: FollowOptions): AsyncGenerator<StoreChange> {
    const { kind, namespace, signal } = options;
    let position = parseResourceVersion(
      options.resourceVersion,
      'resourceVersion',
    );
    const { current } = await this.#versions();
    if (position > current) {
      throw new GoneError(
        `resourceVersion ${position} is newer than anything in this store (${current}); list again`,
      );
    }
    this.#signal.observe(current);

    while (!signal.aborted) {
      // Also with nothing to read: a position that nobody moves would be too old one day.
      const until = await this.#signal.wait(position, signal);
      if (until === undefined) {
        return;
      }
      for (let full = true; full; ) {
        const page = { kind, namespace, after: position, until, limit: BATCH };
        const rows = (await this.#tail.read(page)) ?? (await this.#load(page));
        full = rows.length === BATCH;
        for (const row of rows) {
          if (signal.aborted) {
            return;
          }
          position = Number(row.resource_version);
          yield toChange(row);
        }
      }
      position = until;
    }
  }

  async #load(
    options: ChangeSelection & { after: number; until: number; limit: number },
  ): Promise<ChangeRow[]> {
    const rows = await retryWhileBusy(() =>
      readChanges(this.#knex, { ...options, cluster: this.#cluster }),
    );
    // In this order: what was there when the rows were read had not been compacted then.
    const { compacted } = await this.#versions();
    if (options.after < compacted) {
      throw new GoneError(
        `resourceVersion ${options.after} is too old: changes up to ${compacted} are forgotten; list again`,
      );
    }
    return rows;
  }

  #versions() {
    return retryWhileBusy(() => readVersions(this.#knex, this.#cluster));
  }
}
