import {
  BundleError,
  BundleProblem,
  PlanError,
} from '@backstage-arena/arena-engine';
import { ArchiveError } from '../archive/unpackArchive';
import { CliError } from './errors';

/** `file:line:column: field: message`, as compilers write it. */
export function formatProblem(problem: BundleProblem): string {
  const place = [problem.file, problem.line, problem.column]
    .filter(part => part !== undefined)
    .join(':');
  const field = problem.field ? ` ${problem.field}:` : '';
  const suggestion = problem.suggestion
    ? ` Did you mean '${problem.suggestion}'?`
    : '';
  return `${place}:${field} ${problem.message}${suggestion}`;
}

/** Turns what the engine says about a bundle into an error for the terminal; other errors come back as they are. */
export function toCliError(error: unknown): unknown {
  if (error instanceof BundleError) {
    const count = error.problems.length;
    return new CliError(
      `The bundle cannot be used: ${count} ${count === 1 ? 'fault' : 'faults'}`,
      { details: error.problems.map(formatProblem), cause: error },
    );
  }
  if (error instanceof PlanError || error instanceof ArchiveError) {
    return new CliError(error.message, { cause: error });
  }
  return error;
}
