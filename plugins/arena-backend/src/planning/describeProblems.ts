import { PlanProblem } from './PlanReply';

const MAX_SHOWN = 5;

/** The first faults of a bundle with their places, to be put after a message. */
export function describeProblems(problems: readonly PlanProblem[]): string {
  const errors = problems.filter(problem => problem.severity === 'error');
  if (errors.length === 0) return '';
  const shown = errors.slice(0, MAX_SHOWN).map(problem => {
    const place = [problem.file, problem.line].filter(Boolean).join(':');
    const field = problem.field ? ` ${problem.field}` : '';
    const hint = problem.suggestion ? ` (${problem.suggestion})` : '';
    return `${place}${field}: ${problem.message}${hint}`;
  });
  const more = errors.length - shown.length;
  return `: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
