import { asMap } from '../checks/CheckParams';
import { compilePathPattern } from '../text/pathPattern';
import { Skill } from './Skill';

/** The pattern that a state of a workflow has for skills. */
export function skillFilterOf(
  workflow: unknown,
  state: string,
): string | undefined {
  const filter = asMap(asMap(asMap(workflow)?.states)?.[state])?.skills;
  return typeof filter === 'string' && filter !== '' ? filter : undefined;
}

/** Whether a filter lets a skill through: a pattern for its path, or for its name when it has none; `none` lets nothing through. */
export function passesFilter(
  skill: Skill,
  filter: string | undefined,
): boolean {
  if (filter === undefined) return true;
  if (filter === 'none') return false;
  const matches = compilePathPattern(filter.replace(/^\.\//, ''));
  return matches?.(skill.path ?? skill.name) ?? false;
}
