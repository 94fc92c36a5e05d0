import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { cellAt } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { testPins, testPlan } from '../../__testUtils__/runs';

const DIRECTORY = resolvePackagePath(
  '@backstage-arena/plugin-arena-backend',
  'migrations',
);
/** The last one of the first release. */
const FIRST_RELEASE = '20261123_3_leader.js';

const names = readdirSync(DIRECTORY)
  .filter(name => name.endsWith('.js'))
  .sort();

/** Each state that the schema was in, from the first release on: the migration that came last. */
export const RELEASES = names.slice(names.indexOf(FIRST_RELEASE));

/** Takes the schema one release on. */
export async function migrateTo(knex: Knex, release: string): Promise<void> {
  const wanted =
    release === FIRST_RELEASE
      ? names.slice(0, names.indexOf(FIRST_RELEASE) + 1)
      : [release];
  for (const name of wanted) {
    await knex.migrate.up({ directory: DIRECTORY, name });
  }
}

/** 5 scenarios, 2 regions, 2 providers. */
export const ITEMS = 20;
/** Of those that `insertRun` has ended. */
export const DONE = { passed: 6, failed: 1, errored: 1 };
const ENDED = DONE.passed + DONE.failed + DONE.errored;

/**
 * Writes a run that is in its middle, as the first release did: 8 items are in; 3 are under lease, of which one has started; one is to be
 * tried again; 8 were never given out.
 */
export async function insertRun(
  knex: Knex,
  options: { id: string; token: string; now: number },
): Promise<void> {
  const { id, token, now } = options;
  const plan = testPlan();
  const [{ seq }] = await knex('runs')
    .insert({
      run_id: id,
      cluster: 'embedded',
      namespace: 'default',
      job_name: `job-${id}`,
      job_uid: `uid-${id}`,
      attempt: 1,
      creator: 'user:default/guest',
      owner: null,
      labels: JSON.stringify({ team: 'a' }),
      output_directory: null,
      picked: false,
      created_at: now,
      started_at: now,
      finished_at: null,
      state: 'Running',
      outcome: null,
      total: ITEMS,
      next_fresh: 12,
      plan_total: ITEMS,
      leased: 3,
      ...DONE,
      input_tokens: 100 * ENDED,
      output_tokens: 20 * ENDED,
      cost: 0.25 * ENDED,
      duration_ms: 12.5 * ENDED,
      version: 9,
      next_fence: 4,
      finalized: false,
      finalize_lease: null,
      finalize_failures: 0,
      finalize_not_before: 0,
      finalize_error: null,
      transcripts_pruned: false,
    })
    .returning(['seq']);
  await knex('run_plans').insert({
    run_seq: seq,
    pins: JSON.stringify(testPins()),
    plan: gzipSync(JSON.stringify(plan)),
  });
  await knex('run_tokens').insert({
    token_hash: createHash('sha256').update(token).digest('hex'),
    run_seq: seq,
    created_at: now,
    dead: false,
  });
  await knex('run_workers').insert({
    run_seq: seq,
    worker_id: 'old',
    host: 'there',
    pid: 7,
    engine_version: '0.1.0',
    registrations: 1,
    registered_at: now,
    seen_at: now,
    draining: false,
  });
  await knex('run_leases').insert({
    lease_id: `lease-${id}`,
    run_seq: seq,
    worker_id: 'old',
    kind: 'work',
    fence: 4,
    granted_at: now,
    expires_at: now + 10_000,
    remaining: JSON.stringify([[8, 11, 1]]),
    started: JSON.stringify([[8, now]]),
  });
  await knex('run_pending').insert({
    run_seq: seq,
    idx_from: 11,
    idx_to: 12,
    attempt: 2,
    not_before: now,
  });
  const cells = new Map<string, Record<string, number>>();
  for (let idx = 0; idx < ENDED; idx += 1) {
    const { scenarioIndex, providerIndex } = cellAt(plan, idx);
    const status = idx < DONE.passed ? 0 : idx - DONE.passed + 1;
    const row = {
      run_seq: seq,
      scenario_ix: scenarioIndex,
      provider_ix: providerIndex,
      input_tokens: 100,
      output_tokens: 20,
      cost: 0.25,
      duration_ms: 12.5,
    };
    await knex('run_items').insert({
      ...row,
      idx,
      status,
      attempt: 1,
      started_at: now,
      finished_at: now,
      checks_total: 2,
      checks_failed: status === 1 ? 1 : 0,
      turns: 1,
      tool_calls: 0,
      cached_tokens: 5,
      ttft_ms: null,
      message: status === 1 ? 'contains: not there' : null,
      error:
        status === 2
          ? JSON.stringify({
              class: 'timeout',
              message: 'too late',
              retryable: true,
            })
          : null,
      transcript_batch: null,
    });
    const key = `${scenarioIndex}/${providerIndex}`;
    const cell: Record<string, number> = cells.get(key) ?? {
      ...row,
      picked: 0,
      passed: 0,
      failed: 0,
      errored: 0,
      input_tokens: 0,
      output_tokens: 0,
      cost: 0,
      duration_ms: 0,
      version: 9,
    };
    cell[['passed', 'failed', 'errored'][status]] += 1;
    for (const figure of [
      'input_tokens',
      'output_tokens',
      'cost',
      'duration_ms',
    ] as const) {
      cell[figure] += row[figure];
    }
    cells.set(key, cell);
  }
  await knex('run_cells').insert([...cells.values()]);
}

/** Writes an ArenaJob as the first release did. */
export async function insertJob(
  knex: Knex,
  options: { name: string; creator: string; now: number },
): Promise<void> {
  const { name, creator, now } = options;
  const uid = `uid-${name}`;
  const key = {
    cluster: 'embedded',
    kind: 'ArenaJob',
    namespace: 'default',
    name,
    uid,
  };
  const [{ resource_version: version }] = await knex('resource_stores')
    .insert({
      cluster: 'embedded',
      resource_version: 1,
      compacted_version: 0,
    })
    .onConflict('cluster')
    .merge({
      resource_version: knex.raw('resource_stores.resource_version + 1'),
    })
    .returning(['resource_version']);
  await knex('resources').insert({
    ...key,
    resource_version: version,
    created_at: now,
    phase: 'Running',
    spec_type: 'evaluation',
    source_name: 'source',
    component: '',
  });
  await knex('resource_labels').insert({ uid, key: 'team', value: 'a' });
  await knex('resource_revisions').insert({
    ...key,
    resource_version: version,
    type: 'ADDED',
    next_version: null,
    changed_at: now,
    document: JSON.stringify({
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: {
        name,
        namespace: 'default',
        uid,
        resourceVersion: String(version),
        generation: 1,
        creationTimestamp: new Date(now).toISOString(),
        labels: { team: 'a' },
        annotations: { 'arena.backstage.io/creator': creator },
      },
      spec: { type: 'evaluation', sourceRef: { name: 'source' } },
      status: { phase: 'Running' },
    }),
  });
}
