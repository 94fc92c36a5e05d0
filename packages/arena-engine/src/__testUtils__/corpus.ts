import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cellAt } from '@backstage-arena/plugin-arena-common';
import { BundleError, PlanError, PlanOptions } from '../Engine';
import { loadBundle } from '../bundle/loadBundle';

/** Verdict of one cell. */
export interface Verdict {
  scenario: string;
  provider: string;
  passed: boolean;
  errored: boolean;
  about?: string;
}

/** One command over a bundle, and what came of it. */
export interface CorpusRun {
  name: string;
  directory: string;
  args: string[];
  config: string;
  exit: number;
  items: Verdict[];
}

export type Outcome =
  | { kind: 'unsupported'; reason: string }
  | { kind: 'done'; exit: number; items: Verdict[] };

/** The corpus lies beside the checkout and is not part of it. */
export const CORPUS_DIRECTORY =
  process.env.ARENA_CONFORMANCE_DIR ??
  path.resolve(__dirname, '../../../../../shared/conformance');

export function hasCorpus(): boolean {
  return existsSync(path.join(CORPUS_DIRECTORY, 'expected.json'));
}

export function readCorpus(): CorpusRun[] {
  return [
    ...readPart('expected.json', 'bundles'),
    ...readPart('examples.json', 'examples'),
  ];
}

function readPart(file: string, folder: string): CorpusRun[] {
  const runs: Record<
    string,
    Omit<CorpusRun, 'name' | 'directory'>
  > = JSON.parse(readFileSync(path.join(CORPUS_DIRECTORY, file), 'utf8'));
  return Object.entries(runs).map(([name, run]) => ({
    ...run,
    name: `${folder}/${name}`,
    directory: path.join(CORPUS_DIRECTORY, folder, name),
  }));
}

/** Runs a bundle of the corpus in compatible mode, as the command line would under `--ci`. */
export async function runCorpusBundle(run: CorpusRun): Promise<Outcome> {
  const options = readArguments(run.args, run.directory);
  const items: Verdict[] = [];
  try {
    const bundle = await loadBundle(run.directory, { arenaFile: run.config });
    const plan = bundle.plan(options);
    const runner = await bundle.runner(plan, { ...options, compat: true });
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
    if (error instanceof PlanError && error.reason === 'UnsupportedFeature') {
      return { kind: 'unsupported', reason: error.message };
    }
    if (error instanceof PlanError || error instanceof BundleError) {
      return { kind: 'done', exit: 1, items: [] };
    }
    throw error;
  }
  return {
    kind: 'done',
    exit: items.every(({ passed }) => passed) ? 0 : 1,
    items,
  };
}

function readArguments(args: string[], directory: string): PlanOptions {
  const value = (flag: string) => {
    const position = args.indexOf(flag);
    return position < 0 ? undefined : args[position + 1];
  };
  const mockConfig = value('--mock-config');
  return {
    scenarioIds: value('--scenario')?.split(','),
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

/** Every difference between what was expected and what came, in words. */
export function differences(run: CorpusRun, outcome: Outcome): string[] {
  if (outcome.kind === 'unsupported') return [outcome.reason];
  const key = ({ scenario, provider }: Verdict) => `${scenario} on ${provider}`;
  const state = ({ passed, errored }: Verdict) => {
    if (passed) return 'passed';
    return errored ? 'errored' : 'failed';
  };
  const actual = new Map(outcome.items.map(item => [key(item), item]));
  const result = run.items.flatMap(expected => {
    const item = actual.get(key(expected));
    actual.delete(key(expected));
    if (!item) return [`${key(expected)}: missing`];
    return state(item) === state(expected)
      ? []
      : [
          `${key(expected)}: ${state(item)} instead of ${state(expected)} (${
            expected.about
          }) ${item.about ?? ''}`,
        ];
  });
  result.push(...[...actual.keys()].map(name => `${name}: not expected`));
  if (outcome.exit !== run.exit) {
    result.push(`exit ${outcome.exit} instead of ${run.exit}`);
  }
  return result;
}
