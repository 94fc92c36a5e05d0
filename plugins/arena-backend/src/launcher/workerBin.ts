import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { existsSync } from 'node:fs';

/** Path of the `arena` executable, which is both the worker and the planner. */
export function resolveWorkerBin(): string {
  const path = resolvePackagePath('@backstage-arena/arena-worker', 'bin/arena');
  if (!existsSync(path)) {
    throw new Error(
      `The executable of @backstage-arena/arena-worker is missing: ${path} does not exist. Install the package again.`,
    );
  }
  return path;
}
