import { RunPins } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { OPEN_STATES, RunPlanRow, RunReportRow, RunRow } from '../runs/tables';
import { SnapshotReferences } from '../snapshots/SnapshotGarbageCollector';

const PAGE_SIZE = 500;

/** The snapshots that runs need: what they are pinned to, and their reports. */
export function runReferences(knex: Knex): SnapshotReferences {
  return async function* digests() {
    let last = -1;
    for (;;) {
      const rows = await knex<RunPlanRow>('run_plans')
        .where('run_seq', '>', last)
        .orderBy('run_seq')
        .limit(PAGE_SIZE)
        .select('run_seq', 'pins');
      if (rows.length === 0) break;
      for (const { pins } of rows) {
        yield (JSON.parse(pins) as RunPins).source.digest;
      }
      const page = rows.map(row => row.run_seq);
      const reports = await knex<RunReportRow>('run_reports')
        .whereIn('run_seq', page)
        .select('digest');
      for (const { digest } of reports) yield digest;
      last = page[page.length - 1];
    }
  };
}

/** The bundles of the runs that are not over. */
export function openBundles(knex: Knex): SnapshotReferences {
  return async function* digests() {
    const rows = await knex<RunPlanRow>('run_plans')
      .whereIn(
        'run_seq',
        knex<RunRow>('runs').whereIn('state', OPEN_STATES).select('seq'),
      )
      .select('pins');
    for (const { pins } of rows) {
      yield (JSON.parse(pins) as RunPins).source.digest;
    }
  };
}
