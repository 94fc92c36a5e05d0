import {
  ArenaKind,
  ArenaList,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import {
  GoneError,
  StoreListOptions,
} from '@backstage-arena/plugin-arena-node';
import { InputError } from '@backstage/errors';
import { Knex } from 'knex';
import { setImmediate } from 'node:timers/promises';
import { readSnapshot } from '../database/transact';
import { checkLimit } from './checkLimit';
import { readContinueToken, writeContinueToken } from './continueToken';
import { countObjects, listPage, ListPageOptions } from './operations/listPage';
import { readVersions } from './operations/readVersions';
import { parseResourceVersion } from './resourceVersion';
import { parseFieldSelector } from './selectors/fieldSelector';
import { parseLabelSelector } from './selectors/labelSelector';
import { namesOfKind } from './storeErrors';

/** Rows per query of a list without a limit: the event loop must get its turn in between. */
const CHUNK = 500;

/**
 * Lists objects in pages that belong together.
 *
 * @remarks
 * All pages of a list, also those fetched much later with a continue token, show the objects as they were when it began. States
 * that were replaced since come from the history; when that is gone, so is the list.
 */
export class StoreReader {
  readonly #knex: Knex;
  readonly #cluster: string;

  constructor(options: { knex: Knex; cluster: string }) {
    this.#knex = options.knex;
    this.#cluster = options.cluster;
  }

  async list<T extends ArenaObject>(
    kind: ArenaKind,
    options: StoreListOptions,
  ): Promise<ArenaList<T>> {
    namesOfKind(kind);
    const { namespace } = options;
    if (namespace?.includes('\0')) {
      throw new InputError('namespace: Invalid value: it contains NUL');
    }
    const query = [
      kind,
      namespace,
      options.labelSelector,
      options.fieldSelector,
    ];
    const start =
      options.continue === undefined || options.continue === ''
        ? undefined
        : readContinueToken(options.continue, query);
    const filter = {
      cluster: this.#cluster,
      kind,
      namespace,
      labels: parseLabelSelector(options.labelSelector),
      fields: parseFieldSelector(options.fieldSelector),
    };
    const limit = checkLimit(options.limit);

    const items: ArenaObject[] = [];
    let after = start?.after;
    let version = start && parseResourceVersion(start.version, 'continue');
    for (;;) {
      const rest = limit === undefined ? CHUNK : limit - items.length;
      const page = await this.#page({
        ...filter,
        version,
        after,
        limit: Math.min(rest, CHUNK),
        last: rest <= CHUNK && limit !== undefined && !options.where,
      });
      // One at a time: spreading thousands of arguments overflows the stack.
      page.items
        .filter(item => options.where?.(item) ?? true)
        .forEach(item => items.push(item));
      version = page.version;
      after = page.items[page.items.length - 1]?.metadata;
      if (!page.more || items.length === limit || !after) {
        return {
          items: items as T[],
          metadata: {
            resourceVersion: String(version),
            ...(page.more &&
              after && {
                continue: writeContinueToken(
                  { version: String(version), after },
                  query,
                ),
              }),
            ...(page.remaining !== undefined && {
              remainingItemCount: page.remaining,
            }),
          },
        };
      }
      await setImmediate();
    }
  }

  async #page(
    options: Omit<ListPageOptions, 'version'> & {
      /** Absent: as of now. */
      version?: number;
      /** Nothing is read after it, so it says how much is left. */
      last: boolean;
    },
  ) {
    return readSnapshot(this.#knex, async tx => {
      const versions = await readVersions(tx, this.#cluster);
      const version = options.version ?? versions.current;
      if (version < versions.compacted) {
        throw new GoneError(
          'The provided continue parameter is too old to display a consistent list result; start a new list without it',
        );
      }
      if (version > versions.current) {
        throw new GoneError(
          'The provided continue parameter is of another life of this store; start a new list without it',
        );
      }
      const page = await listPage(tx, { ...options, version });
      const countable =
        options.last &&
        page.more &&
        options.labels.length + options.fields.length === 0;
      const remaining = countable
        ? await countObjects(tx, {
            ...options,
            version,
            after: page.items[page.items.length - 1].metadata,
          })
        : undefined;
      return { ...page, version, remaining };
    });
  }
}
