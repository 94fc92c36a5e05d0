import path from 'node:path';
import { cellAt } from '@backstage-arena/plugin-arena-common';
import { loadBundle } from '../bundle/loadBundle';
import { CorpusRun, Outcome } from './corpus';
import { BundleError, PlanError, PlanOptions } from '../Engine';

/** Runs a bundle of a corpus in this process, as the command line would under `--ci`. */
export async function runCorpusBundle(run: CorpusRun): Promise<Outcome> {
  const options = readArguments(run.args, run.directory);
  const items: Outcome['items'] = [];
  try {
    const bundle = await loadBundle(run.directory, {
      arenaFile: run.config,
      compat: !run.strict,
    });
    const plan = bundle.plan(options);
    const runner = await bundle.runner(plan, {
      ...options,
      compat: !run.strict,
    });
    try {
      for (let index = 0; index < plan.total; index++) {
        const cell = cellAt(plan, index);
        const report = await runner.execute(index, {
          attempt: 1,
          signal: new AbortController().signal,
        });
        // Several trials of a cell count as its first one.
        if (cell.trial > 0 || cell.variant > 0) continue;
        items.push({
          scenario: cell.scenario.id,
          provider: cell.provider.id,
          passed: report.status === 'passed',
          errored: report.status === 'errored',
          about: report.message,
        });
      }
    } finally {
      await runner.close();
    }
  } catch (error) {
    if (error instanceof PlanError || error instanceof BundleError) {
      return { exit: 1, items: [] };
    }
    throw error;
  }
  return { exit: items.every(({ passed }) => passed) ? 0 : 1, items };
}

function readArguments(args: string[], directory: string): PlanOptions {
  const value = (flag: string) => {
    const position = args.indexOf(flag);
    return position < 0 ? undefined : args[position + 1];
  };
  const mockConfig = value('--mock-config');
  return {
    scenarioIds: value('--scenario')?.split(','),
    evalIds: value('--eval')?.split(','),
    evalTypes: value('--eval-types')?.split(','),
    skipPackEvals: args.includes('--skip-pack-evals'),
    providerIds: value('--provider')?.split(','),
    regions: value('--region')?.split(','),
    ...(args.includes('--mock-provider')
      ? {
          mockProvider: {
            configFile: mockConfig && path.resolve(directory, mockConfig),
          },
        }
      : {}),
  };
}
