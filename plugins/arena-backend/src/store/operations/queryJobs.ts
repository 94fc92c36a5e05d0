import {
  ArenaObject,
  JobsPage,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import { InputError } from '@backstage/errors';
import { Knex } from 'knex';
import { z } from 'zod/v4';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** A job that no controller has looked at yet waits like any other. */
const PHASE = `case when r.phase = '' then 'Pending' else r.phase end`;

const ORDERS: Record<NonNullable<JobsQuery['orderBy']>, string> = {
  created: 'r.created_at',
  name: 'r.name',
  phase: `(${PHASE})`,
};

const cursorSchema = z.object({
  by: z.enum(['created', 'name', 'phase']),
  order: z.enum(['asc', 'desc']),
  value: z.union([z.string().max(300), z.number().int()]),
  uid: z.string().max(64),
});

type Cursor = z.output<typeof cursorSchema>;

function readCursor(
  text: string,
  expected: Pick<Cursor, 'by' | 'order'>,
): Cursor {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    json = undefined;
  }
  const { data } = cursorSchema.safeParse(json);
  const sound =
    data &&
    data.by === expected.by &&
    data.order === expected.order &&
    (typeof data.value === 'number') === (data.by === 'created') &&
    !`${data.value}${data.uid}`.includes('\0');
  if (!sound) {
    throw new InputError(
      `cursor: Invalid value: "${text}": not a cursor of this query`,
    );
  }
  return data;
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function checkText(query: JobsQuery): void {
  const texts = {
    namespace: [query.namespace],
    phase: query.phase ?? [],
    type: query.type ?? [],
    source: [query.source],
    search: [query.search],
    component: [query.component],
  };
  for (const [field, values] of Object.entries(texts)) {
    if (values.some(value => value?.includes('\0'))) {
      throw new InputError(`${field}: Invalid value: it contains NUL`);
    }
  }
}

function readLimit(limit: number | undefined): number {
  if (limit === undefined) {
    return DEFAULT_LIMIT;
  }
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InputError(
      `limit: Invalid value: ${limit}: must be a whole number from 1 to ${MAX_LIMIT}`,
    );
  }
  return limit;
}

function oneOf<T extends string>(
  field: string,
  value: T,
  allowed: readonly T[],
): T {
  if (!allowed.includes(value)) {
    throw new InputError(
      `${field}: Unsupported value: "${value}": supported values: ${allowed
        .map(v => `"${v}"`)
        .join(', ')}`,
    );
  }
  return value;
}

function matching(tx: Knex, query: JobsQuery): Knex.QueryBuilder {
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
export async function queryJobs(tx: Knex, query: JobsQuery): Promise<JobsPage> {
  checkText(query);
  const limit = readLimit(query.limit);
  const by = oneOf('orderBy', query.orderBy ?? 'created', [
    'created',
    'name',
    'phase',
  ]);
  const order = oneOf(
    'order',
    query.order ?? (by === 'created' ? 'desc' : 'asc'),
    ['asc', 'desc'],
  );

  const page = matching(tx, query)
    .join('resource_revisions as v', join =>
      join
        .on('v.cluster', 'r.cluster')
        .andOn('v.resource_version', 'r.resource_version'),
    )
    .orderByRaw(`${ORDERS[by]} ${order}, r.uid ${order}`)
    .limit(limit + 1)
    .select('r.uid', 'v.document', { position: tx.raw(ORDERS[by]) });
  if (query.cursor) {
    const cursor = readCursor(query.cursor, { by, order });
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
