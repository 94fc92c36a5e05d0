import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Path of the `arena` executable, which is both the worker and the planner. */
export function resolveWorkerBin(): string {
  // From here, not from a library: the worker that was installed for this very package is the one whose protocol it speaks.
  const manifest = require.resolve(
    '@backstage-arena/arena-worker/package.json',
  );
  const path = join(dirname(manifest), 'bin/arena');
  if (!existsSync(path)) {
    throw new Error(
      `The executable of @backstage-arena/arena-worker is missing: ${path} does not exist. Install the package again.`,
    );
  }
  return path;
}
