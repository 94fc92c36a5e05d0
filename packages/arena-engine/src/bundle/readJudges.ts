import { ArenaSpec, JudgeSpec } from './schemas/arena';

/** The judges of an arena file: those of its list, then those that stand under their names. */
export function readJudges(
  { judges, judge_specs: specs }: ArenaSpec,
  problem: (at: Array<string | number>, message: string) => void,
): JudgeSpec[] {
  const found = [...(judges ?? [])];
  for (const [name, { provider }] of Object.entries(specs ?? {})) {
    if (found.some(judge => judge.name === name)) {
      problem(
        ['spec', 'judge_specs', name],
        `Two judges have the name "${name}"`,
      );
    } else {
      found.push({ name, provider });
    }
  }
  return found;
}
