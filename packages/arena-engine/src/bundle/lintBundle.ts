import { BundleProblem, LoadBundleOptions } from '../Engine';
import { lintContent } from './lint/lintContent';
import { LintReport } from './lint/LintReport';
import { lintMockFiles } from './lint/mockFiles';
import { readLeniently } from './readBundle';

/** @public */
export interface LintOptions
  extends Pick<LoadBundleOptions, 'arenaFile' | 'localFiles'> {
  /** Only what loading checks. */
  schemaOnly?: boolean;
}

/**
 * Checks a bundle more closely than loading does: also what runs tolerate because the original engine does.
 *
 * @returns Errors (it cannot be loaded, or cannot work as written) and warnings (it does otherwise than it reads, or nothing),
 * in the order of their places.
 * @public
 */
export async function lintBundle(
  directory: string,
  options: LintOptions = {},
): Promise<BundleProblem[]> {
  const { content, reader, problems, tolerable } = await readLeniently(
    directory,
    options,
  );
  const found = [...problems, ...tolerable];
  if (content && reader && !options.schemaOnly) {
    const isWhole = found.length === 0;
    found.push(...lintContent(content, { isWhole }));
    if (isWhole) {
      const report = new LintReport(content.files);
      await lintMockFiles(content, reader, report);
      found.push(...report.problems);
    }
  }
  return inOrder(found);
}

/** By file, the arena file's first, then by place; what was said twice, once. */
function inOrder(problems: readonly BundleProblem[]): BundleProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  const rank = new Map(files.map((file, index) => [file, index]));
  const sorted = [...problems].sort(
    (a, b) =>
      (rank.get(a.file) ?? 0) - (rank.get(b.file) ?? 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
  const seen = new Set<string>();
  return sorted.filter(problem => {
    const key = JSON.stringify(problem);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
