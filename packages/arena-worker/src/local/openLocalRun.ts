import { access, mkdir } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import {
  Bundle,
  BundleProblem,
  loadBundle,
  PlanOptions,
  RunnerOptions,
} from '@backstage-arena/arena-engine';
import { RunPlan } from '@backstage-arena/plugin-arena-common';
import { formatProblem } from '../cli/bundleErrors';
import { BundlePath } from '../cli/bundlePath';
import { CliError } from '../cli/errors';

export interface OpenLocalRunOptions extends BundlePath {
  plan: PlanOptions;
  compat: boolean;
  sampling?: RunnerOptions['sampling'];
  verbose: boolean;
  secret?: (name: string) => string | undefined;
  display: { warn(message: string): void };
}

/** Most warnings that are shown before a run; `arena validate` shows all. */
const MAX_WARNINGS = 5;

function showWarnings(
  warnings: readonly BundleProblem[],
  display: OpenLocalRunOptions['display'],
): void {
  for (const warning of warnings.slice(0, MAX_WARNINGS)) {
    display.warn(formatProblem(warning));
  }
  const more = warnings.length - MAX_WARNINGS;
  if (more > 0) display.warn(`${more} more: see arena validate`);
}

/** Loads a bundle and plans a run of it. */
export async function openLocalRun(options: OpenLocalRunOptions): Promise<{
  bundle: Bundle;
  plan: RunPlan;
  runnerOptions: RunnerOptions;
}> {
  const bundle = await loadBundle(options.directory, {
    arenaFile: options.arenaFile,
    compat: options.compat,
    localFiles: true,
  });
  showWarnings(bundle.warnings, options.display);
  const planOptions = await withMockFile(options.plan, bundle);
  return {
    bundle,
    plan: bundle.plan(planOptions),
    runnerOptions: {
      ...planOptions,
      compat: options.compat,
      secret: options.secret,
      localFiles: true,
      sampling: options.sampling,
      log: options.verbose
        ? line => process.stderr.write(`${line}\n`)
        : undefined,
    },
  };
}

/** Makes the folder of the results. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new CliError(
      `--out: '${path}' cannot be made: ${
        error instanceof Error ? error.message : error
      }`,
      { cause: error },
    );
  }
}

/**
 * The mock's file is named from where the user stands, or as the bundle would name it; the engine looks inside the bundle.
 */
async function withMockFile(
  plan: PlanOptions,
  bundle: Pick<Bundle, 'directory'>,
): Promise<PlanOptions> {
  const file = plan.mockProvider?.configFile;
  if (file === undefined) return plan;
  const inside = relative(bundle.directory, file);
  const isInside = !inside.startsWith('..') && !isAbsolute(inside);
  await access(file).catch(error => {
    throw new CliError(
      `--mock-config: '${file}' cannot be read: ${error.message}`,
    );
  });
  return {
    ...plan,
    mockProvider: { configFile: isInside ? inside : file },
  };
}
