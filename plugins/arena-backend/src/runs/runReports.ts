import { InputError } from '@backstage/errors';
import { RunReport } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { RunReportRow, RunRow } from './tables';

/** Names of files that may be reports: what is safe as a name on every file system, and in a header. */
const REPORT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const CONTENT_TYPES: Record<string, string> = {
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  md: 'text/markdown; charset=utf-8',
  ndjson: 'application/x-ndjson',
  txt: 'text/plain; charset=utf-8',
  xml: 'application/xml',
};

/** @throws InputError when a name could be misread as anything but the name of a file. */
export function checkReportName(name: string): void {
  if (!REPORT_NAME.test(name)) {
    throw new InputError(
      `report name: '${name.slice(
        0,
        200,
      )}' is not allowed; use at most 128 of A-Z, a-z, 0-9, dot, hyphen and underscore, a letter or digit first`,
    );
  }
}

/** Content type of a report by the ending of its name. */
export function reportContentType(name: string): string {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return CONTENT_TYPES[ending] ?? 'application/octet-stream';
}

/** Notes a file of a run. A published one takes the place of what was published under its name. */
export async function recordReportFile(
  knex: Knex,
  runSeq: number,
  report: RunReport & { published: boolean },
): Promise<void> {
  const { name, digest, size, contentType, published } = report;
  checkReportName(name);
  await transact(knex, async tx => {
    await tx<RunRow>('runs')
      .where({ seq: runSeq })
      .update({ version: tx.raw('version + 1') });
    if (published) {
      await tx<RunReportRow>('run_reports')
        .where({ run_seq: runSeq, name })
        .update({ published: false });
    }
    const row = { size, content_type: contentType };
    const query = tx<RunReportRow>('run_reports')
      .insert({ run_seq: runSeq, name, digest, published, ...row })
      .onConflict(['run_seq', 'name', 'digest']);
    await query.merge(published ? { ...row, published } : row);
  });
}
