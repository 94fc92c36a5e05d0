import { JobsQuery } from '@backstage-arena/plugin-arena-common';
import { InputError } from '@backstage/errors';
import { z } from 'zod/v4';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

const cursorSchema = z.object({
  by: z.enum(['created', 'name', 'phase']),
  order: z.enum(['asc', 'desc']),
  value: z.union([z.string().max(300), z.number().int()]),
  uid: z.string().max(64),
});

/** Where a page ends: the value that jobs are ordered by, and the UID among equals. */
export type JobsCursor = z.output<typeof cursorSchema>;

function readCursor(
  text: string,
  expected: Pick<JobsCursor, 'by' | 'order'>,
): JobsCursor {
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

export function writeCursor(cursor: JobsCursor): string {
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

/** What a query of jobs asks for, with defaults. */
export interface ParsedJobsQuery {
  limit: number;
  by: NonNullable<JobsQuery['orderBy']>;
  order: NonNullable<JobsQuery['order']>;
  cursor?: JobsCursor;
}

/** @throws InputError naming the parameter that is wrong */
export function parseJobsQuery(query: JobsQuery): ParsedJobsQuery {
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
  return {
    limit,
    by,
    order,
    ...(query.cursor && { cursor: readCursor(query.cursor, { by, order }) }),
  };
}

/** @throws InputError for another cluster than the one that is asked */
export function checkCluster(query: JobsQuery, cluster: string): void {
  if (query.cluster !== cluster) {
    throw new InputError(
      `cluster: Invalid value: "${query.cluster}"; allowed: "${cluster}"`,
    );
  }
}
