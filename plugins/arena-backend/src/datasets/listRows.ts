import { InputError } from '@backstage/errors';
import {
  DatasetReject,
  DatasetRejectsPage,
  DatasetRejectsQuery,
  DatasetRow,
  DatasetRowsPage,
  DatasetRowsQuery,
} from '@backstage-arena/plugin-arena-common';
import {
  DatasetProfile,
  provenanceOf,
} from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { cellOf, PlannedRun } from '../runs/PlannedRun';
import { readTally } from './readTally';
import { RunRejectRow, RunRowRow } from './tables';

const DEFAULT_LIMIT = 50;
const PAGE = 500;
const COLUMNS = [
  'number',
  'attempt',
  'persona',
  'accepted_at',
  'content',
] as const;

type StoredRow = Pick<RunRowRow, (typeof COLUMNS)[number]>;

/** A page of rows in the order of acceptance. */
export async function listRows(
  knex: Knex,
  run: PlannedRun,
  profile: DatasetProfile,
  query: DatasetRowsQuery,
): Promise<DatasetRowsPage> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const from = readCursor(query.cursor);
  const { tally } = await readTally(knex, run);
  const rows: StoredRow[] = await knex<RunRowRow>('run_rows')
    .where({ run_seq: run.seq })
    .andWhere('number', '>=', from)
    .orderBy('number')
    .limit(limit)
    .select(COLUMNS);
  const next = from + rows.length;
  return {
    items: rows.map(row => toRow(run, profile, row)),
    totalItems: tally.rows,
    nextCursor:
      rows.length === limit && next < tally.rows ? `${next}` : undefined,
  };
}

/** All rows from a number on, page by page. */
export async function* readRows(
  knex: Knex,
  run: PlannedRun,
  profile: DatasetProfile,
  from: number,
): AsyncIterable<DatasetRow[]> {
  for (let next = from; ; ) {
    const rows: StoredRow[] = await knex<RunRowRow>('run_rows')
      .where({ run_seq: run.seq })
      .andWhere('number', '>=', next)
      .orderBy('number')
      .limit(PAGE)
      .select(COLUMNS);
    if (rows.length > 0) yield rows.map(row => toRow(run, profile, row));
    if (rows.length < PAGE) return;
    next += rows.length;
  }
}

/** A page of rejects, the latest attempt first. */
export async function listRejects(
  knex: Knex,
  run: PlannedRun,
  profile: DatasetProfile,
  query: DatasetRejectsQuery,
): Promise<DatasetRejectsPage> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const { tally } = await readTally(knex, run);
  const find = knex<RunRejectRow>('run_rejects').where({ run_seq: run.seq });
  if (query.reason?.length) find.whereIn('reason', query.reason);
  if (query.cursor !== undefined) {
    find.andWhere('attempt', '<', readCursor(query.cursor));
  }
  const rows: RunRejectRow[] = await find
    .orderBy('attempt', 'desc')
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const reasons = query.reason?.length
    ? query.reason
    : (Object.keys(tally.rejects) as Array<keyof typeof tally.rejects>);
  return {
    items: shown.map(row => toReject(run, profile, row)),
    totalItems: reasons.reduce(
      (sum, reason) => sum + (tally.rejects[reason] ?? 0),
      0,
    ),
    nextCursor:
      rows.length > limit ? String(shown[shown.length - 1].attempt) : undefined,
  };
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const number = /^\d{1,15}$/.test(cursor) ? Number(cursor) : NaN;
  if (Number.isNaN(number)) {
    throw new InputError(
      `cursor: '${cursor}' is not one of this list; take nextCursor of the page before`,
    );
  }
  return number;
}

function provenance(
  run: PlannedRun,
  profile: DatasetProfile,
  attempt: number,
  persona: string | null,
) {
  return provenanceOf(cellOf(run, attempt), profile, persona ?? undefined);
}

function toRow(
  run: PlannedRun,
  profile: DatasetProfile,
  row: StoredRow,
): DatasetRow {
  return {
    number: Number(row.number),
    row: JSON.parse(row.content),
    ...provenance(run, profile, Number(row.attempt), row.persona),
    acceptedAt: new Date(Number(row.accepted_at)).toISOString(),
  };
}

function toReject(
  run: PlannedRun,
  profile: DatasetProfile,
  row: RunRejectRow,
): DatasetReject {
  return {
    ...provenance(run, profile, Number(row.attempt), row.persona),
    reason: row.reason,
    message: row.message,
    text: row.content ?? undefined,
    duplicateOf:
      row.duplicate_of === null ? undefined : Number(row.duplicate_of),
    rejectedAt: new Date(Number(row.rejected_at)).toISOString(),
  };
}
