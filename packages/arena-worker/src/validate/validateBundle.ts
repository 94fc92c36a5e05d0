import { join } from 'node:path';
import {
  BundleProblem,
  lintBundle,
  lintManifest,
} from '@backstage-arena/arena-engine';
import { findBundle } from '../cli/bundlePath';
import { resolveFromCaller } from '../cli/paths';
import { Finding } from './Finding';

interface ValidateBundleOptions {
  /** Only what keeps a bundle from being loaded. */
  schemaOnly: boolean;
}

/**
 * Everything that can be said against a bundle.
 *
 * @param path - the bundle's folder or its arena file, as the user named it
 */
export async function validateBundle(
  path: string,
  options: ValidateBundleOptions,
): Promise<Finding[]> {
  const { directory, arenaFile } = await findBundle(path);
  const folder = arenaFile ? join(path, '..') : path;
  const problems = await lintBundle(directory, {
    arenaFile,
    localFiles: true,
    ...options,
  });
  return problems.map(problem => toFinding(problem, folder));
}

/** Checks one file of a bundle without the rest of it. */
export async function validateManifest(
  path: string,
  options: ValidateBundleOptions,
): Promise<Finding[]> {
  const problems = await lintManifest(resolveFromCaller(path), options);
  return problems.map(problem => toFinding(problem, join(path, '..')));
}

function toFinding(problem: BundleProblem, folder: string): Finding {
  const { severity, line, column, field, message, suggestion } = problem;
  return {
    severity,
    file: join(folder, problem.file),
    line,
    column,
    field,
    message: [
      field ? `${field}: ` : '',
      message,
      suggestion ? `. Did you mean '${suggestion}'?` : '',
    ].join(''),
    suggestion,
  };
}
