import { BundleError, BundleProblem, LoadBundleOptions } from '../Engine';
import { COMPATIBLE, STRICT } from '../quirks/quirks';
import { BundleContent } from './BundleContent';
import { BundleLoad } from './BundleLoad';
import { BundleReader } from './BundleReader';
import { arenaSchema } from './schemas/arena';

const DEFAULT_ARENA_FILE = 'config.arena.yaml';

/** As much of a bundle as can be read. */
export interface ReadBundle {
  /** Absent when nothing is known: the arena file is no arena file. */
  content?: BundleContent;
  /** Absent when the folder cannot be read. */
  reader?: BundleReader;
  /** No engine takes a bundle with these. */
  problems: BundleProblem[];
  /** The original overlooks these. */
  tolerable: BundleProblem[];
}

/**
 * Reads a bundle from its folder, with all files that its arena file names.
 *
 * @throws BundleError with every fault that was found, each at its place.
 */
export async function readBundle(
  directory: string,
  options: LoadBundleOptions,
): Promise<BundleContent> {
  const { content, problems, tolerable } = await readLeniently(
    directory,
    options,
  );
  const quirks = options.compat ? COMPATIBLE : STRICT;
  const faults = quirks.missingFilesOverlooked
    ? problems
    : [...problems, ...tolerable];
  if (!content || faults.length > 0) throw failure(faults);
  content.warnings.push(
    ...tolerable.map(problem => ({ ...problem, severity: 'warning' as const })),
  );
  return content;
}

/** Reads what can be read and collects what is wrong. */
export async function readLeniently(
  directory: string,
  options: Pick<LoadBundleOptions, 'arenaFile' | 'localFiles'>,
): Promise<ReadBundle> {
  const arenaFile = options.arenaFile ?? DEFAULT_ARENA_FILE;
  let reader: BundleReader;
  try {
    reader = await BundleReader.open(directory, options);
  } catch (error) {
    const message = `The bundle folder cannot be read: ${error}`;
    return {
      problems: [{ severity: 'error', file: arenaFile, message }],
      tolerable: [],
    };
  }
  const arena = await reader.read(arenaFile, arenaSchema);
  const { problems, tolerable } = reader;
  if (!arena) {
    return { reader, problems: [...problems, ...tolerable], tolerable: [] };
  }
  const load = new BundleLoad(reader, arena.yaml, arena.value.spec, arenaFile);
  return { content: await load.run(), reader, problems, tolerable };
}

function failure(problems: BundleProblem[]): BundleError {
  const count = problems.length;
  const first = problems[0];
  const place = first.line
    ? `${first.file}:${first.line}:${first.column}`
    : first.file;
  const more = count > 1 ? ` (and ${count - 1} more)` : '';
  const hint = first.suggestion ? `. Did you mean "${first.suggestion}"?` : '';
  const field = first.field ? ` ${first.field}:` : '';
  return new BundleError(
    `${place}:${field} ${first.message}${hint}${more}`,
    problems,
  );
}
