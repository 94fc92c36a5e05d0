import { join } from 'node:path';
import {
  BundleError,
  BundleProblem,
  loadBundle,
} from '@backstage-arena/arena-engine';
import { findBundle } from '../cli/bundlePath';
import { Finding } from './Finding';

/**
 * Every fault of a bundle. What a run would tolerate and ignore is a fault as well: whoever wrote it meant something by it.
 *
 * @param path - the bundle's folder or its arena file, as the user named it
 */
export async function validateBundle(path: string): Promise<Finding[]> {
  const { directory, arenaFile } = await findBundle(path);
  const folder = arenaFile ? join(path, '..') : path;
  const problems = await problemsOf(directory, arenaFile);
  return problems.map(problem => ({
    file: join(folder, problem.file),
    line: problem.line,
    column: problem.column,
    field: problem.field,
    message: [
      problem.field ? `${problem.field}: ` : '',
      problem.message,
      problem.suggestion ? `. Did you mean '${problem.suggestion}'?` : '',
    ].join(''),
  }));
}

async function problemsOf(
  directory: string,
  arenaFile: string | undefined,
): Promise<readonly BundleProblem[]> {
  try {
    const bundle = await loadBundle(directory, { arenaFile });
    return bundle.warnings;
  } catch (error) {
    if (error instanceof BundleError) return error.problems;
    throw error;
  }
}
