import {
  ArenaSource,
  ArenaSourceArtifact,
  ObjectKey,
  SourceRevision,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { retryWhileBusy, transact } from '../../database/transact';
import { DbInteger, RunPlanRow, RunRow } from '../../runs/tables';
import { SnapshotReferences } from '../../snapshots/SnapshotGarbageCollector';
import { Clock } from '../../time/Clock';
import { formatTimestamp } from '../../time/formatTimestamp';

/** As `migrations/20261126_3_sources.js` creates it. */
interface SourceRevisionRow {
  cluster: string;
  source_uid: string;
  namespace: string;
  name: string;
  digest: string;
  revision: string;
  size: DbInteger;
  fetched_at: DbInteger;
  current_at: DbInteger;
}

/** Of one source. Their contents stay in the database. */
const MAX_REVISIONS = 10;

/** What sources have fetched lately, so that users can look at it, compare it, and see what a run was pinned to. */
export class SourceRevisions {
  readonly #knex: Knex;
  readonly #clock: Clock;

  constructor(options: { knex: Knex; clock: Clock }) {
    this.#knex = options.knex;
    this.#clock = options.clock;
  }

  /** Notes that a source has this content now. Returns how many revisions of it are kept. */
  async record(
    cluster: string,
    source: ArenaSource,
    artifact: ArenaSourceArtifact,
  ): Promise<number> {
    const { uid, namespace, name } = source.metadata;
    const now = this.#clock.now().getTime();
    return transact(this.#knex, async tx => {
      await tx<SourceRevisionRow>('source_revisions')
        .insert({
          cluster,
          source_uid: uid,
          namespace,
          name,
          digest: artifact.digest,
          revision: artifact.revision,
          size: artifact.size ?? 0,
          fetched_at: now,
          current_at: now,
        })
        .onConflict(['cluster', 'source_uid', 'digest'])
        .merge(['revision', 'current_at']);
      // Of a source that had the name before.
      await tx<SourceRevisionRow>('source_revisions')
        .where({ cluster, namespace, name })
        .whereNot({ source_uid: uid })
        .delete();
      const kept = await tx<SourceRevisionRow>('source_revisions')
        .where({ cluster, source_uid: uid })
        .orderBy('current_at', 'desc')
        .select('digest');
      const old = kept
        .map(({ digest }) => digest)
        .filter(digest => digest !== artifact.digest)
        .slice(MAX_REVISIONS - 1);
      await tx<SourceRevisionRow>('source_revisions')
        .where({ cluster, source_uid: uid })
        .whereIn('digest', old)
        .delete();
      return kept.length - old.length;
    });
  }

  /** Forgets those of a source that is gone. */
  async forget(cluster: string, key: ObjectKey): Promise<void> {
    const { namespace, name } = key;
    await retryWhileBusy(() =>
      this.#knex<SourceRevisionRow>('source_revisions')
        .where({ cluster, namespace, name })
        .delete(),
    );
  }

  /** Newest first; the current one is the first. */
  async list(cluster: string, source: ArenaSource): Promise<SourceRevision[]> {
    const current = source.status?.artifact?.digest;
    const rows = await retryWhileBusy(() =>
      this.#knex<SourceRevisionRow>('source_revisions')
        .where({ cluster, source_uid: source.metadata.uid })
        .orderBy('current_at', 'desc'),
    );
    const runs = await this.#countRuns(rows.map(({ digest }) => digest));
    return rows
      .map(row => ({
        revision: row.revision,
        digest: row.digest,
        version: row.digest.replace(/^sha256:/, '').slice(0, 12),
        size: Number(row.size),
        fetchedAt: formatTimestamp(new Date(Number(row.fetched_at))),
        current: row.digest === current,
        runs: runs.get(row.digest) ?? { total: 0, open: 0 },
      }))
      .sort((a, b) => Number(b.current) - Number(a.current));
  }

  /** Whether a source has had that content. */
  async has(
    cluster: string,
    source: ArenaSource,
    digest: string,
  ): Promise<boolean> {
    if (source.status?.artifact?.digest === digest) return true;
    const row = await retryWhileBusy(() =>
      this.#knex<SourceRevisionRow>('source_revisions')
        .where({ cluster, source_uid: source.metadata.uid, digest })
        .first('digest'),
    );
    return row !== undefined;
  }

  /** What is listed stays stored. */
  references(): SnapshotReferences {
    const knex = this.#knex;
    return async function* digests() {
      const rows = await knex<SourceRevisionRow>('source_revisions').distinct(
        'digest',
      );
      for (const { digest } of rows) yield digest;
    };
  }

  async #countRuns(
    digests: string[],
  ): Promise<Map<string, SourceRevision['runs']>> {
    const rows: Array<{ digest: string; state: string; runs: DbInteger }> =
      await this.#knex<RunPlanRow>('run_plans')
        .join<RunRow>('runs', 'runs.seq', 'run_plans.run_seq')
        .whereIn('run_plans.source_digest', digests)
        .groupBy('run_plans.source_digest', 'runs.state')
        .select({ digest: 'run_plans.source_digest', state: 'runs.state' })
        .count({ runs: '*' });
    const counts = new Map<string, SourceRevision['runs']>();
    for (const { digest, state, runs } of rows) {
      const count = counts.get(digest) ?? { total: 0, open: 0 };
      count.total += Number(runs);
      if (state !== 'Closed') count.open += Number(runs);
      counts.set(digest, count);
    }
    return counts;
  }
}
