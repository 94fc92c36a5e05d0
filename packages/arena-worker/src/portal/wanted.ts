import {
  ARENA_JOB_PHASES,
  ArenaObject,
  Condition,
} from '@backstage-arena/plugin-arena-common';
import { UsageError } from '../cli/errors';

/** How an object stands to what is waited for. */
export type Standing =
  | { state: 'reached' }
  | { state: 'waiting' }
  /** It can no longer become so. */
  | { state: 'missed'; reason: string };

/** What is waited for. */
export interface Wanted {
  text: string;
  /** Undefined stands for an object that is gone. */
  check(object: ArenaObject | undefined): Standing;
}

const FINAL_PHASES = new Set(['Succeeded', 'Failed', 'Cancelled']);

/** Reads `condition=TYPE[=STATUS]`, `phase=PHASE` or `delete`. */
export function parseWanted(text: string): Wanted {
  const [what, name, value, ...rest] = text.split('=');
  if (what === 'delete' && name === undefined) {
    return {
      text,
      check: object => ({ state: object ? 'waiting' : 'reached' }),
    };
  }
  if (what === 'phase' && name && value === undefined) {
    return {
      text,
      check: object => checkPhase(object, name),
    };
  }
  if (what === 'condition' && name && rest.length === 0 && value !== '') {
    return {
      text,
      check: object => checkCondition(object, name, value ?? 'True'),
    };
  }
  throw new UsageError(
    `--for: '${text}' is not allowed: give condition=TYPE, condition=TYPE=STATUS, phase=PHASE (for jobs: ${ARENA_JOB_PHASES.join(
      ', ',
    )}) or delete`,
  );
}

function checkPhase(object: ArenaObject | undefined, wanted: string): Standing {
  if (!object) return { state: 'missed', reason: 'it was deleted' };
  const phase = phaseOf(object);
  if (phase?.toLocaleLowerCase('en-US') === wanted.toLocaleLowerCase('en-US')) {
    return { state: 'reached' };
  }
  return isFinal(object)
    ? { state: 'missed', reason: `its phase is ${phase}${explain(object)}` }
    : { state: 'waiting' };
}

function checkCondition(
  object: ArenaObject | undefined,
  type: string,
  status: string,
): Standing {
  if (!object) return { state: 'missed', reason: 'it was deleted' };
  const condition = conditionsOf(object).find(
    candidate =>
      candidate.type.toLocaleLowerCase('en-US') ===
      type.toLocaleLowerCase('en-US'),
  );
  if (
    condition?.status.toLocaleLowerCase('en-US') ===
    status.toLocaleLowerCase('en-US')
  ) {
    return { state: 'reached' };
  }
  if (!isFinal(object)) return { state: 'waiting' };
  return {
    state: 'missed',
    reason: condition
      ? `the job has ended with ${type} ${condition.status}, ${condition.reason}: ${condition.message}`
      : `the job has ended without a condition ${type}`,
  };
}

/** A job that has ended stays as it is; one with a schedule goes on with its next run. */
function isFinal(object: ArenaObject): boolean {
  return (
    object.kind === 'ArenaJob' &&
    FINAL_PHASES.has(phaseOf(object) ?? '') &&
    !('schedule' in object.spec && object.spec.schedule)
  );
}

export function isFinished(object: ArenaObject): boolean {
  return FINAL_PHASES.has(phaseOf(object) ?? '');
}

export function phaseOf(object: ArenaObject): string | undefined {
  const phase = (object.status as { phase?: unknown } | undefined)?.phase;
  return typeof phase === 'string' ? phase : undefined;
}

export function conditionsOf(object: ArenaObject): Condition[] {
  const { conditions } = (object.status ?? {}) as { conditions?: Condition[] };
  return conditions ?? [];
}

function explain(object: ArenaObject): string {
  const ready = conditionsOf(object).find(({ type }) => type === 'Ready');
  return ready?.message ? ` (${ready.reason}: ${ready.message})` : '';
}
