import { Knex } from 'knex';
import { RevisionRow, StoreRow } from '../tables';

export interface CompactHistoryOptions {
  cluster: string;
  /** Forget changes before this time, in milliseconds. */
  before: number;
  /** Forget older changes when there are more than this. */
  keep: number;
}

/** Rows per statement: a long one would keep writers of SQLite waiting. */
const BATCH = 500;

/** The version up to which history may go. */
async function findLimit(
  knex: Knex,
  options: CompactHistoryOptions,
): Promise<{ limit: number; compacted: number }> {
  const { cluster, before, keep } = options;
  const store = await knex<StoreRow>('resource_stores')
    .where({ cluster })
    .first('resource_version', 'compacted_version');
  const current = Number(store?.resource_version ?? 0);
  const compacted = Number(store?.compacted_version ?? 0);
  // The clock may have been set back: versions decide, times only suggest. So the oldest change to keep is looked for.
  const recent = await knex<RevisionRow>('resource_revisions')
    .where({ cluster })
    .where('resource_version', '>', compacted)
    .where('changed_at', '>=', before)
    .min({ version: 'resource_version' })
    .first();
  const byAge = recent?.version ? Number(recent.version) - 1 : current;
  return { limit: Math.max(byAge, current - keep), compacted };
}

/**
 * Drops states that were replaced long ago. Current states stay, however old.
 *
 * @returns how many rows went
 */
export async function compactHistory(
  knex: Knex,
  options: CompactHistoryOptions,
): Promise<number> {
  const { cluster } = options;
  const { limit, compacted } = await findLimit(knex, options);
  if (limit > compacted) {
    // First say that they are gone, then let them go: no reader may miss one without being told.
    await knex<StoreRow>('resource_stores')
      .where({ cluster })
      .where('compacted_version', '<', limit)
      .update({ compacted_version: limit });
  }
  const upTo = Math.max(limit, compacted);
  for (let deleted = 0; ; ) {
    const rows = await knex<RevisionRow>('resource_revisions')
      .where({ cluster })
      .where('next_version', '<=', upTo)
      .limit(BATCH)
      .select('resource_version');
    deleted += await knex<RevisionRow>('resource_revisions')
      .where({ cluster })
      .where('next_version', '<=', upTo)
      .whereIn(
        'resource_version',
        rows.map(row => row.resource_version),
      )
      .delete();
    if (rows.length < BATCH) {
      return deleted;
    }
  }
}
