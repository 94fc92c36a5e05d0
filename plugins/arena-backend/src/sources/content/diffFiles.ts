import {
  SourceFile,
  SourceFileChange,
} from '@backstage-arena/plugin-arena-common';
import { structuredPatch } from 'diff';
import { giveWay } from '../../time/giveWay';
import { decodeText } from './decodeText';

/** Larger files are not compared line by line. */
const MAX_FILE_BYTES = 256 * 1024;
/** Of all files that are. */
const MAX_TOTAL_BYTES = 4 * 1024 * 1024;
const MAX_EDITS = 5_000;
/** Of one file: lines can be arranged so that comparing them takes long. */
const TIMEOUT_MS = 500;
/** Of all files together; those that are left are not compared. */
const TOTAL_TIMEOUT_MS = 2_000;

/** Two lists of files, before and after. */
interface Sides<T> {
  before: T;
  after: T;
}

interface Pair {
  path: string;
  before?: SourceFile;
  after?: SourceFile;
}

/** The files of both lists that differ, by path. */
function changedPairs(
  before: readonly SourceFile[],
  after: readonly SourceFile[],
): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const file of before) {
    pairs.set(file.path, { path: file.path, before: file });
  }
  for (const file of after) {
    pairs.set(file.path, {
      path: file.path,
      ...pairs.get(file.path),
      after: file,
    });
  }
  return [...pairs.values()]
    .filter(
      pair =>
        pair.before?.sha256 !== pair.after?.sha256 ||
        pair.before?.executable !== pair.after?.executable,
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isSameContent({ before, after }: Pair): boolean {
  return before?.sha256 === after?.sha256;
}

/** The files whose contents a diff shows. */
export function wantsContent(
  before: readonly SourceFile[],
  after: readonly SourceFile[],
): Sides<SourceFile[]> {
  const wanted: Sides<SourceFile[]> = { before: [], after: [] };
  let total = 0;
  for (const pair of changedPairs(before, after)) {
    const sizes = [pair.before?.size ?? 0, pair.after?.size ?? 0];
    const size = sizes[0] + sizes[1];
    if (isSameContent(pair) || Math.max(...sizes) > MAX_FILE_BYTES) continue;
    if (total + size > MAX_TOTAL_BYTES) continue;
    total += size;
    if (pair.before) wanted.before.push(pair.before);
    if (pair.after) wanted.after.push(pair.after);
  }
  return wanted;
}

/**
 * What changed between two lists of files.
 *
 * @param options.contents - of those that {@link wantsContent} names
 */
export async function diffFiles(
  options: Sides<readonly SourceFile[]> & {
    contents: Sides<ReadonlyMap<string, Buffer>>;
  },
): Promise<SourceFileChange[]> {
  const { before, after, contents } = options;
  const changes: SourceFileChange[] = [];
  let leftMs = TOTAL_TIMEOUT_MS;
  for (const pair of changedPairs(before, after)) {
    const begin = performance.now();
    changes.push({
      path: pair.path,
      change: changeOf(pair),
      sizeBefore: pair.before?.size,
      sizeAfter: pair.after?.size,
      ...(isSameContent(pair)
        ? { omitted: 'mode' as const }
        : compare(pair, contents, Math.min(TIMEOUT_MS, leftMs))),
    });
    leftMs -= performance.now() - begin;
    await giveWay();
  }
  return changes;
}

function changeOf({ before, after }: Pair): SourceFileChange['change'] {
  if (!before) return 'added';
  return after ? 'modified' : 'removed';
}

function compare(
  pair: Pair,
  contents: Sides<ReadonlyMap<string, Buffer>>,
  timeoutMs: number,
): Pick<SourceFileChange, 'patch' | 'omitted'> {
  if (timeoutMs <= 0) return { omitted: 'too large' };
  const texts: Array<string | undefined> = [];
  for (const side of ['before', 'after'] as const) {
    const content = pair[side]
      ? contents[side].get(pair.path)
      : Buffer.alloc(0);
    if (!content) return { omitted: 'too large' };
    texts.push(decodeText(content));
  }
  const [old, now] = texts;
  if (old === undefined || now === undefined) return { omitted: 'binary' };
  const patch = structuredPatch('', '', old, now, '', '', {
    context: 3,
    maxEditLength: MAX_EDITS,
    timeout: timeoutMs,
  });
  if (!patch) return { omitted: 'too large' };
  return {
    patch: patch.hunks
      .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
        // An empty side counts from the line before.
        `@@ -${oldLines ? oldStart : oldStart - 1},${oldLines} +${
          newLines ? newStart : newStart - 1
        },${newLines} @@`,
        ...lines,
      ])
      .map(line => `${line}\n`)
      .join(''),
  };
}
