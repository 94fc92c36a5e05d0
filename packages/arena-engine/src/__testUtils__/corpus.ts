import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Verdict of one cell. */
export interface Verdict {
  scenario: string;
  provider: string;
  passed: boolean;
  errored: boolean;
  /** What is probed; in an actual verdict, why it came out so. */
  about?: string;
}

/** What a bundle must give. */
interface Expectation {
  exit: number;
  items: Verdict[];
}

/** As it stands in the files of a corpus. */
interface Entry extends Expectation {
  args: string[];
  config: string;
  /** What the same bundle gives in strict runs, where that is fixed too. */
  strict?: Expectation;
}

/** One command over a bundle, and what must come of it. */
export interface CorpusRun extends Expectation {
  name: string;
  /** The bundle's folder, in which the command runs. */
  directory: string;
  args: string[];
  config: string;
  strict: boolean;
}

export interface Outcome {
  exit: number;
  items: Verdict[];
}

/** Bundles of our own. */
export const OWN_CORPUS = path.resolve(__dirname, '../conformance/bundles');

/** The corpus with the original's verdicts lies beside the checkout and is not part of it. */
export const ORIGINAL_CORPUS =
  process.env.ARENA_CONFORMANCE_DIR ??
  path.resolve(__dirname, '../../../../../shared/conformance');

/** Files that hold the expectations of a whole folder of bundles. */
const INDEXES = { 'expected.json': 'bundles', 'examples.json': 'examples' };

/**
 * Reads the runs of a corpus: either `expected.json` (for `bundles/`) and `examples.json` (for `examples/`), or an
 * `expected.json` in each bundle's folder.
 */
export function readCorpus(directory: string): CorpusRun[] {
  const indexed = Object.entries(INDEXES).flatMap(([file, folder]) => {
    const index = path.join(directory, file);
    if (!existsSync(index)) return [];
    return Object.entries(readJson<Record<string, Entry>>(index)).flatMap(
      ([name, entry]) =>
        toRuns(`${folder}/${name}`, path.join(directory, folder, name), entry),
    );
  });
  if (indexed.length > 0 || !existsSync(directory)) return indexed;
  return readdirSync(directory)
    .sort()
    .flatMap(name => {
      const file = path.join(directory, name, 'expected.json');
      if (!existsSync(file)) return [];
      return toRuns(name, path.join(directory, name), readJson<Entry>(file));
    });
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function toRuns(name: string, directory: string, entry: Entry): CorpusRun[] {
  const { strict, ...compatible } = entry;
  const common = { directory, args: entry.args, config: entry.config };
  return [
    { ...compatible, ...common, name, strict: false },
    ...(strict
      ? [{ ...strict, ...common, name: `${name} (strict)`, strict: true }]
      : []),
  ];
}

/** Every difference between what was expected and what came, in words. */
export function differences(run: CorpusRun, outcome: Outcome): string[] {
  const key = ({ scenario, provider }: Verdict) => `${scenario} on ${provider}`;
  const actual = new Map(outcome.items.map(item => [key(item), item]));
  const result = run.items.flatMap(expected => {
    const item = actual.get(key(expected));
    actual.delete(key(expected));
    if (!item) return [`${key(expected)}: missing (${expected.about})`];
    return stateOf(item) === stateOf(expected)
      ? []
      : [
          `${key(expected)}: ${stateOf(item)} instead of ${stateOf(
            expected,
          )} (${expected.about}) ${item.about ?? ''}`,
        ];
  });
  result.push(...[...actual.keys()].map(name => `${name}: not expected`));
  if (outcome.exit !== run.exit) {
    result.push(`exit ${outcome.exit} instead of ${run.exit}`);
  }
  return result;
}

function stateOf({ passed, errored }: Verdict): string {
  if (passed) return 'passed';
  return errored ? 'errored' : 'failed';
}
