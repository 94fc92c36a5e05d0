import { Knex } from 'knex';
import { isPostgres } from '../configureDatabase';

/** Jobs and runs of which there are several rows each. */
const JOBS = 100;
const NAMESPACES = 50;
const ITEMS_OF_RUN = 500;
const CELLS_OF_RUN = 50;
const DAY_MS = 86_400_000;

/** What is there before the tables are filled. */
export interface FillOptions {
  /** Of each table. */
  rows: number;
  /** Milliseconds since the epoch. */
  now: number;
  /** The run that has items; one more was created after it, and nothing else. */
  runSeq: number;
}

/** SQL expressions by column; `i` is the number of the row, from 0 on. */
type Columns = Record<string, string>;

/**
 * Fills the tables that grow with use: with jobs and runs of many namespaces, of which few are under way.
 *
 * @returns the names of these tables
 */
export async function fillTables(
  knex: Knex,
  options: FillOptions,
): Promise<ReadonlySet<string>> {
  const { rows } = options;
  const filled = new Set<string>();
  for (const [table, columns] of Object.entries(columnsOf(knex, options))) {
    await knex.raw(
      `insert into ${table} (${Object.keys(columns).join(', ')})
      with recursive numbers(i) as (select 0 union all select i + 1 from numbers where i < ${
        rows - 1
      })
      select ${Object.values(columns).join(', ')} from numbers`,
    );
    filled.add(table);
  }
  // As the server does by itself after a while.
  if (isPostgres(knex)) await knex.raw('analyze');
  return filled;
}

function columnsOf(
  knex: Knex,
  { now, runSeq }: FillOptions,
): Record<string, Columns> {
  const bytes = isPostgres(knex) ? `'\\x00'::bytea` : `x'00'`;
  const job = `(i % ${JOBS})`;
  const inNamespace = `'ns-' || (i % ${NAMESPACES})`;
  // The first ones are old enough to be deleted.
  const ended = `(case i when 1 then ${now - 400 * DAY_MS} when 2 then ${
    now - 40 * DAY_MS
  } else ${now} - (i % 20) * ${DAY_MS} end)`;
  const next = runSeq + 2;
  const uid = `'uid-' || i`;
  const ofRun = { run_seq: `${next} + i` };
  const rowOfMany = (size: number) =>
    `case when i < ${size} then ${runSeq} else ${next} + i / ${size} end`;
  return {
    resources: {
      uid,
      cluster: `'embedded'`,
      kind: `case when i % 50 = 7 then 'ArenaSource' else 'ArenaJob' end`,
      namespace: inNamespace,
      name: `'job-' || i`,
      resource_version: 'i + 1',
      created_at: `${now} - i`,
      phase: `case when i % 1000 = 0 then 'Running' else 'Succeeded' end`,
      spec_type: `'evaluation'`,
      source_name: `'source-' || (i % 1000)`,
      component: `'component:default/service-' || (i % 1000)`,
      creator: `'user:default/user-' || (i % 1000)`,
      owner: `'group:default/team-' || (i % 1000)`,
    },
    resource_labels: {
      uid,
      key: `'team'`,
      value: `'team-' || (i % 1000)`,
    },
    resource_owners: { uid, owner_uid: `'uid-' || (i / 10)` },
    resource_revisions: {
      cluster: `'embedded'`,
      resource_version: 'i + 1',
      kind: `case when i % 50 = 7 then 'ArenaSource' else 'ArenaJob' end`,
      namespace: inNamespace,
      name: `'job-' || i`,
      uid,
      type: `'MODIFIED'`,
      changed_at: `${now} - ${DAY_MS} + i`,
      document: `'{"apiVersion":"omnia.altairalabs.ai/v1alpha1","kind":"ArenaJob","metadata":{"uid":"uid-' || i || '","namespace":"ns-' || (i % ${NAMESPACES}) || '","name":"job-' || i || '"}}'`,
    },
    resource_events: {
      id: `'event-' || i`,
      cluster: `'embedded'`,
      uid,
      kind: `'ArenaJob'`,
      namespace: inNamespace,
      name: `'job-' || i`,
      type: `'Normal'`,
      reason: `'Started'`,
      message: `'-'`,
      message_hash: `'-'`,
      count: '1',
      first_at: `${now}`,
      last_at: `${now} - i * 1000`,
      resource_version: 'i + 1',
    },
    runs: {
      run_id: `'run-' || i`,
      cluster: `'embedded'`,
      namespace: inNamespace,
      job_name: `'job-' || ${job}`,
      job_uid: `'uid-' || ${job}`,
      series: `'job-' || ${job}`,
      attempt: '1',
      labels: `'{}'`,
      picked: 'false',
      created_at: ended,
      started_at: ended,
      finished_at: ended,
      state: `case when i % 1000 = 0 then 'Running' else 'Closed' end`,
      outcome: `case when i % 1000 = 0 then null else 'Completed' end`,
      total: '10',
      next_fresh: '10',
      plan_total: '10',
      leased: '0',
      passed: '10',
      failed: '0',
      errored: '0',
      input_tokens: '0',
      output_tokens: '0',
      cost: '1',
      duration_ms: '1',
      version: '1',
      next_fence: '1',
      finalized: 'true',
      finalize_failures: '0',
      finalize_not_before: '0',
      transcripts_pruned: 'false',
    },
    run_plans: {
      ...ofRun,
      pins: `'{"source":{"digest":"digest-' || (i % 1000) || '"}}'`,
      source_digest: `'digest-' || (i % 1000)`,
      plan: bytes,
    },
    run_verdicts: {
      ...ofRun,
      cluster: `'embedded'`,
      namespace: inNamespace,
      series: `'job-' || ${job}`,
      phase: `'Succeeded'`,
      reason: `'TestsPassed'`,
      whole: 'true',
      revision: `'main@sha1:1'`,
      source_uid: `'source-' || (i % 1000)`,
      source_name: `'source-' || (i % 1000)`,
      arena_file: `'config.arena.yaml'`,
      ref: `case when i % 10 = 0 then 'branch-' || (i % 100) else 'main' end`,
      cells: '1',
      flaky_cells: '0',
      inputs: `'{}'`,
    },
    run_tokens: {
      ...ofRun,
      token_hash: `'hash-' || i`,
      created_at: `${now}`,
      dead: 'true',
    },
    run_workers: {
      run_seq: `${next} + i / 10`,
      worker_id: `'worker-' || i`,
      host: `'host'`,
      engine_version: `'1'`,
      registrations: '1',
      registered_at: `${now}`,
      seen_at: `${now}`,
      draining: 'false',
    },
    run_leases: {
      run_seq: `${next} + i / 10`,
      lease_id: `'lease-' || i`,
      worker_id: `'worker-' || i`,
      kind: `'work'`,
      fence: '1',
      granted_at: `${now}`,
      expires_at: `${now} + ${DAY_MS} + i`,
      remaining: `'[[0,1,1]]'`,
      started: `'[]'`,
    },
    run_pending: {
      run_seq: `${next} + i / 100`,
      idx_from: 'i',
      idx_to: 'i + 1',
      attempt: '2',
      not_before: `${now} + i`,
    },
    run_cells: {
      run_seq: rowOfMany(CELLS_OF_RUN),
      scenario_ix: `(i % ${CELLS_OF_RUN}) / 10`,
      provider_ix: 'i % 10',
      picked: '0',
      passed: '9',
      failed: '1',
      errored: '0',
      input_tokens: '0',
      output_tokens: '0',
      cost: '1',
      duration_ms: '1',
      version: `i % ${CELLS_OF_RUN}`,
    },
    run_transcripts: {
      run_seq: `${next} + i / 100`,
      codec: `'gzip'`,
      content: bytes,
    },
    run_items: {
      run_seq: rowOfMany(ITEMS_OF_RUN),
      idx: `i % ${ITEMS_OF_RUN}`,
      scenario_ix: `(i % ${ITEMS_OF_RUN}) / 100`,
      provider_ix: '(i % 50) / 5',
      status: 'case when i % 10 = 0 then 1 else 0 end',
      attempt: '1',
      started_at: `${now}`,
      finished_at: `${now} + i`,
      duration_ms: '(i * 7919) % 10007',
      checks_total: '1',
      checks_failed: '0',
      turns: '1',
      tool_calls: '0',
      input_tokens: '1',
      output_tokens: 'i % 100',
      cached_tokens: '0',
      cost: 'i % 1000',
    },
    run_reports: {
      ...ofRun,
      name: `'results.json'`,
      digest: `'report-' || i`,
      size: '1',
      content_type: `'application/json'`,
      published: 'true',
    },
    run_events: {
      run_id: `'run-' || i`,
      created_at: `${now} - i`,
      event: `'{}'`,
    },
    run_event_deliveries: {
      event_seq: '1 + i',
      target: `'webhook'`,
      attempts: '1',
      // One is due.
      due_at: `${now} + i * 1000`,
    },
    snapshots: {
      digest: `'digest-' || i`,
      content_id: `'content-' || i`,
      size: '1',
      chunk_size: '1',
      last_used_at: `${now} - i * 1000`,
    },
    snapshot_chunks: {
      content_id: `'content-' || i`,
      position: '0',
      content: bytes,
    },
    schedules: {
      job_uid: uid,
      cluster: `'embedded'`,
      namespace: inNamespace,
      name: `'job-' || i`,
      handled_until: `${now}`,
      expression: `'@daily'`,
      suspended: 'false',
      known_from: '0',
    },
    schedule_fires: {
      job_uid: `'uid-' || (i / 100)`,
      first_at: `${now} - i * 1000`,
      last_at: `${now} - i * 1000`,
      count: '1',
      outcome: `'Started'`,
      result: `'Succeeded'`,
    },
    source_revisions: {
      cluster: `'embedded'`,
      source_uid: `'uid-' || (i / 10)`,
      namespace: inNamespace,
      name: `'source-' || (i / 10)`,
      digest: `'digest-' || i`,
      revision: `'main@sha1:1'`,
      size: '1',
      fetched_at: `${now}`,
      current_at: `${now} - i`,
    },
    comment_series: {
      cluster: `'embedded'`,
      namespace: inNamespace,
      series: `'job-' || i`,
      version: '1',
    },
    item_comments: {
      id: `'comment-' || i`,
      series_id: '1 + i / 100',
      cell: `'cell-' || (i % 100)`,
      cell_name: `'{"scenario":"scenario-0","provider":"provider-0","region":"default","variant":0}'`,
      scenario_key: `'s0'`,
      author: `'user:default/guest'`,
      created_at: `${now}`,
      content: `'-'`,
    },
    item_labels: {
      series_id: '1 + i / 100',
      cell: `'cell-' || (i % 100)`,
      label: `'flaky'`,
      cell_name: `'{"scenario":"scenario-0","provider":"provider-0","region":"default","variant":0}'`,
      scenario_key: `'s0'`,
      author: `'user:default/guest'`,
      created_at: `${now}`,
    },
  };
}
