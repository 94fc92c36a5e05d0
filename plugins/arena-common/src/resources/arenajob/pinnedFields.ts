import { CelRule } from '../fields';

/** Fields that are always there, by their defaults. */
const ALWAYS_SET = ['sourceRef', 'arenaFile', 'type', 'compat'] as const;

const OPTIONAL = [
  'scenarios',
  'evaluation',
  'loadTest',
  'dataGen',
  'trials',
  'providers',
  'toolRegistries',
  'output',
] as const;

/** A job without a run may still change; the spec of one with a schedule is the template of runs to come. */
const NOT_PINNED =
  '!has(oldSelf.status) || !has(oldSelf.status.run) || has(oldSelf.spec.schedule)';

const MESSAGE =
  'cannot be changed once the job has a run; create another ArenaJob to run something else';

function pinned(field: string, unchanged: string): CelRule {
  return {
    rule: `${NOT_PINNED} || ${unchanged}`,
    message: MESSAGE,
    fieldPath: `.spec.${field}`,
    reason: 'FieldValueForbidden',
  };
}

function sameOptional(field: string): string {
  return `(has(self.spec.${field}) ? has(oldSelf.spec.${field}) && self.spec.${field} == oldSelf.spec.${field} : !has(oldSelf.spec.${field}))`;
}

function hasPods(object: string): string {
  return `(has(${object}.spec.workers) && has(${object}.spec.workers.podOverrides))`;
}

/**
 * A run is made from a copy of these fields. An edit that could not reach it is refused, so that the spec of a job is what was run. Free
 * stay: cancelled, verbose, ttlSecondsAfterFinished and the number of workers.
 *
 * @internal
 */
export const PINNED_FIELDS: readonly CelRule[] = [
  ...ALWAYS_SET.map(field =>
    pinned(field, `self.spec.${field} == oldSelf.spec.${field}`),
  ),
  ...OPTIONAL.map(field => pinned(field, sameOptional(field))),
  pinned(
    'workers.podOverrides',
    `(${hasPods('self')} ? ${hasPods(
      'oldSelf',
    )} && self.spec.workers.podOverrides == oldSelf.spec.workers.podOverrides : !${hasPods(
      'oldSelf',
    )})`,
  ),
  {
    rule: `${NOT_PINNED} || !has(self.spec.schedule)`,
    message:
      'cannot be added to a job that has a run; create another ArenaJob with the schedule',
    fieldPath: '.spec.schedule',
    reason: 'FieldValueForbidden',
  },
  {
    rule: '!has(oldSelf.spec.schedule) || has(self.spec.schedule)',
    message:
      'cannot be removed from a job that has one: set suspend, or delete the job',
    fieldPath: '.spec.schedule',
    reason: 'FieldValueForbidden',
  },
];
