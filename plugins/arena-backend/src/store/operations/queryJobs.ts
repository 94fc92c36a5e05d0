import {
  ArenaObject,
  JobsPage,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { ReadableJobsQuery } from '../../api/ServedCluster';
import { whereJobAllowed } from '../../permissions/sql/whereJobAllowed';
import { SCHEDULE_UID } from '../../schedules/childJob';
import { parseJobsQuery, writeCursor } from '../jobsQuery';

/** A job that no controller has looked at yet waits like any other. */
const PHASE = `case when r.phase = '' then 'Pending' else r.phase end`;

const ORDERS: Record<NonNullable<JobsQuery['orderBy']>, string> = {
  created: 'r.created_at',
  name: 'r.name',
  phase: `(${PHASE})`,
};

function matching(tx: Knex, query: ReadableJobsQuery): Knex.QueryBuilder {
  const jobs = tx('resources as r').where({
    'r.cluster': query.cluster,
    'r.kind': 'ArenaJob',
  });
  if (query.namespace) {
    jobs.where('r.namespace', query.namespace);
  }
  if (query.phase?.length) {
    const phases = query.phase.includes('Pending')
      ? [...query.phase, '']
      : query.phase;
    jobs.whereIn('r.phase', phases);
  }
  if (query.type?.length) {
    jobs.whereIn('r.spec_type', query.type);
  }
  if (query.source) {
    jobs.where('r.source_name', query.source);
  }
  if (query.component) {
    jobs.where('r.component', query.component);
  }
  if (query.children === false) {
    jobs.whereNotExists(
      tx('resource_labels as l')
        .whereRaw('l.uid = r.uid')
        .where('l.key', SCHEDULE_UID)
        .select(tx.raw('1')),
    );
  }
  if (query.readable?.criteria) {
    whereJobAllowed(tx, jobs, query.readable.criteria);
  }
  if (query.search) {
    // Names are lower case.
    const part = query.search
      .toLocaleLowerCase('en-US')
      .replace(/[\\%_]/g, '\\$&');
    jobs.whereRaw(`r.name like ? escape '\\'`, [`%${part}%`]);
  }
  return jobs;
}

/** One page of ArenaJobs, found by index columns alone; only the page's documents are read. */
export async function queryJobs(
  tx: Knex,
  query: ReadableJobsQuery,
): Promise<JobsPage> {
  const { limit, by, order, cursor } = parseJobsQuery(query);

  const page = matching(tx, query)
    .join('resource_revisions as v', join =>
      join
        .on('v.cluster', 'r.cluster')
        .andOn('v.resource_version', 'r.resource_version'),
    )
    .orderByRaw(`${ORDERS[by]} ${order}, r.uid ${order}`)
    .limit(limit + 1)
    .select('r.uid', 'v.document', { position: tx.raw(ORDERS[by]) });
  if (cursor) {
    page.whereRaw(
      `(${ORDERS[by]}, r.uid) ${order === 'asc' ? '>' : '<'} (?, ?)`,
      [cursor.value, cursor.uid],
    );
  }
  const rows: {
    uid: string;
    document: string;
    position: string | number;
  }[] = await page;
  const [{ count }] = await matching(tx, query).count({ count: '*' });

  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows
      .slice(0, limit)
      .map(row => JSON.parse(row.document) as ArenaObject),
    totalItems: Number(count),
    ...(last && {
      nextCursor: writeCursor({
        by,
        order,
        value: by === 'created' ? Number(last.position) : String(last.position),
        uid: last.uid,
      }),
    }),
  };
}
