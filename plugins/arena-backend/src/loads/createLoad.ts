import { Knex } from 'knex';
import { RunLoadRow } from './tables';

/** Writes the load test of a new run. */
export async function createLoad(
  tx: Knex.Transaction,
  options: { runSeq: number; expected: number },
): Promise<void> {
  await tx<RunLoadRow>('run_loads').insert({
    run_seq: options.runSeq,
    state: 'waiting',
    expected: options.expected,
    first_ready_at: null,
    origin_at: null,
    next_second: 0,
    controls: '[]',
    ended_by: null,
    stopped_at_ms: null,
    stopping_at: null,
    granted: 0,
    exhausted: false,
    version: 1,
    last_verdict: null,
  });
}
