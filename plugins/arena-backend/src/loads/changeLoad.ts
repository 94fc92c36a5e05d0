import { ConflictError, InputError } from '@backstage/errors';
import {
  LoadCommand,
  LoadControl,
  LoadProfile,
  LoadReport,
  LoadStep,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { Clock } from '../time/Clock';
import { controlsOf } from './controlsOf';
import { lockLoad, noLoad } from './lockLoad';
import { horizonMs, lengthMs, loadTime } from './loadTime';
import { RunLoadRow } from './tables';

type LoadEnd = Extract<LoadStep, { type: 'end' }>;

interface ChangeContext {
  knex: Knex;
  clock: Clock;
}

/**
 * Changes a load test that runs, on behalf of a person. The change lies beyond what is leased.
 *
 * @throws ConflictError when it cannot be changed now; InputError when the change does not fit
 */
export async function commandLoad(
  context: ChangeContext,
  run: PlannedRun,
  command: LoadCommand,
): Promise<void> {
  await change(context, run, ({ load, profile, nowMs }) => {
    if (load.state !== 'running') {
      throw new ConflictError(
        load.state === 'waiting'
          ? 'The load test waits for its workers and has not begun; cancel the job to end it'
          : 'The load test is over, or ends already',
      );
    }
    if (command.action === 'stop')
      return stopped(load, profile, nowMs, 'stopped');
    if (profile.search) {
      throw new InputError(
        `action: '${command.action}' is not possible in a search, which chooses its rates itself; allowed is stop`,
      );
    }
    const atMs = horizonMs(load, profile, nowMs);
    const endMs = lengthMs(profile, controlsOf(load));
    if (atMs >= endMs) {
      throw new ConflictError(
        `The load test ends in ${Math.max(0, (endMs - nowMs) / 1_000).toFixed(
          1,
        )} s: all that is left is leased to workers already; allowed is stop`,
      );
    }
    return withControl(load, profile, { ...command, atMs });
  });
}

/**
 * Adds a change that the course of the test asks for. `append` begins where it says, the rest at what is not leased. Nothing happens when there are
 * other changes than those that it follows from: whoever decided did not know them.
 */
export async function appendControl(
  context: ChangeContext,
  run: PlannedRun,
  control: LoadControl,
  known: readonly LoadControl[],
): Promise<void> {
  await change(context, run, ({ load, profile, nowMs }) => {
    const { length } = controlsOf(load);
    if (load.state !== 'running' || length !== known.length) return undefined;
    const atMs = Math.max(control.atMs, horizonMs(load, profile, nowMs));
    const changed = withControl(load, profile, { ...control, atMs });
    // What lies between has no load.
    return control.action === 'append'
      ? { ...changed, next_second: Math.floor(atMs / 1_000) }
      : changed;
  });
}

/** Ends a test early: nothing more is sent. */
export async function stopLoad(
  context: ChangeContext,
  run: PlannedRun,
  endedBy: LoadReport['endedBy'],
): Promise<void> {
  await change(context, run, ({ load, profile, nowMs }) =>
    load.state === 'running'
      ? stopped(load, profile, nowMs, endedBy)
      : undefined,
  );
}

/** Everything was leased: what runs may end. As with {@link appendControl}, nothing happens when there are other changes. */
export async function endLoad(
  context: ChangeContext,
  run: PlannedRun,
  { endedBy, verdict }: Pick<LoadEnd, 'endedBy' | 'verdict'>,
  known: readonly LoadControl[],
): Promise<void> {
  await change(context, run, ({ load }) => {
    const { length } = controlsOf(load);
    return load.state === 'running' && length === known.length
      ? {
          state: 'stopping',
          ended_by: endedBy,
          last_verdict: verdict ? JSON.stringify(verdict) : null,
        }
      : undefined;
  });
}

async function change(
  { knex, clock }: ChangeContext,
  run: PlannedRun,
  decide: (world: {
    load: RunLoadRow;
    profile: LoadProfile;
    nowMs: number;
  }) => Partial<RunLoadRow> | undefined,
): Promise<void> {
  const profile = run.pins.load;
  if (!profile) throw noLoad(run.runId);
  const now = clock.now().getTime();
  await transact(knex, async tx => {
    const load = await lockLoad(tx, run);
    const nowMs = Math.max(0, loadTime(load, now) ?? 0);
    const head = await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .first('state');
    // A run that was closed leaves the row as it was.
    const state = head?.state === 'Running' ? load.state : 'over';
    const changes = decide({ load: { ...load, state }, profile, nowMs });
    if (!changes) return;
    if (changes.state === 'stopping') changes.stopping_at = now;
    await tx<RunLoadRow>('run_loads')
      .where({ run_seq: run.seq })
      .update(changes);
    await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .update({ version: tx.raw('version + 1') });
  });
}

function stopped(
  load: RunLoadRow,
  profile: LoadProfile,
  nowMs: number,
  endedBy: LoadReport['endedBy'],
): Partial<RunLoadRow> {
  const atMs = horizonMs(load, profile, nowMs);
  return {
    ...withControl(load, profile, { action: 'stop', atMs }),
    state: 'stopping',
    ended_by: endedBy,
    stopped_at_ms: nowMs,
  };
}

function withControl(
  load: RunLoadRow,
  profile: LoadProfile,
  control: LoadControl,
): Partial<RunLoadRow> {
  const controls = [...controlsOf(load), control];
  // It must fit what the test is doing.
  withControls(profile.stages, controls);
  return { controls: JSON.stringify(controls) };
}
