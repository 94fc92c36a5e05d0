import {
  SourceBundle,
  SourceDiff,
  SourceFile,
  SourceFileChange,
  SourceFileContent,
  SourceProblem,
  SourceRevision,
} from '@backstage-arena/plugin-arena-common';
import { apiError } from './apiError';

/** Texts of a bundle, by path. */
export type FakeFiles = Record<string, string>;

/** What a source has fetched: files by revision, the newest first. */
export class FakeContent {
  readonly revisions: SourceRevision[];
  private readonly files: FakeFiles[];
  private readonly problems: SourceProblem[];

  constructor(options: {
    /** Newest first. */
    revisions: Array<{ files: FakeFiles } & Partial<SourceRevision>>;
    /** Of all revisions. */
    problems?: SourceProblem[];
  }) {
    this.problems = options.problems ?? [];
    this.files = options.revisions.map(({ files }) => files);
    this.revisions = options.revisions.map(({ files: _, ...given }, index) => {
      const version = `${index + 1}f1c02d9a7be`;
      return {
        revision: `workspace@${version}`,
        digest: `sha256:${version.padEnd(64, '0')}`,
        version,
        size: 4_096,
        fetchedAt: '2026-11-23T10:00:00Z',
        current: index === 0,
        runs: { total: 0, open: 0 },
        ...given,
      };
    });
  }

  list(digest: string): SourceFile[] {
    return Object.entries(this.filesOf(digest))
      .map(([path, text]) => fileOf(path, text))
      .sort((a, b) => a.path.localeCompare(b.path));
  }

  read(digest: string, path: string): SourceFileContent {
    const text = this.filesOf(digest)[path];
    if (text === undefined) throw apiError(404, 'NotFoundError', path);
    return { ...fileOf(path, text), text, truncated: false };
  }

  bundle(digest: string, arenaFile: string): SourceBundle {
    const paths = Object.keys(this.filesOf(digest));
    if (!paths.includes(arenaFile)) {
      throw apiError(404, 'NotFoundError', `There is no file ${arenaFile}`);
    }
    const inFolder = (folder: string) =>
      paths
        .filter(path => path.startsWith(`${folder}/`))
        .map(file => ({
          file,
          id: file.slice(folder.length + 1).replace(/\..*/, ''),
        }));
    return {
      arenaFile,
      problems: this.problems,
      scenarios: inFolder('scenarios').map(({ id, file }) => ({
        id,
        file,
        description: `Says what happens in ${id}`,
        taskType: 'support',
        turns: 2,
        providerGroup: 'default',
        labels: { area: 'billing' },
      })),
      providers: inFolder('providers').map(({ id, file }) => ({
        id,
        file,
        type: 'mock',
        model: 'mock-model',
        group: 'default',
      })),
      prompts: inFolder('prompts').map(({ id, file }) => ({
        taskType: id,
        file,
      })),
      tools: [],
      personas: [],
    };
  }

  /** Files that differ, each as one hunk. */
  diff(from: string, to: string): SourceDiff {
    const before = this.filesOf(from);
    const after = this.filesOf(to);
    const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return {
      from,
      to,
      files: paths
        .sort()
        .filter(path => before[path] !== after[path])
        .map(path => changeOf(path, before[path], after[path])),
    };
  }

  private filesOf(digest: string): FakeFiles {
    const at = this.revisions.findIndex(one => one.digest === digest);
    if (at < 0) throw apiError(404, 'NotFoundError', `No revision ${digest}`);
    return this.files[at];
  }
}

function fileOf(path: string, text: string): SourceFile {
  return {
    path,
    size: text.length,
    executable: false,
    sha256: ''.padEnd(64, '0'),
  };
}

function changeOf(
  path: string,
  before: string | undefined,
  after: string | undefined,
): SourceFileChange {
  const removed = before?.trimEnd().split('\n') ?? [];
  const added = after?.trimEnd().split('\n') ?? [];
  let same = 0;
  while (same < removed.length && removed[same] === added[same]) same++;
  const start = Math.max(0, same - 2);
  const lines = [
    ...removed.slice(start, same).map(line => ` ${line}`),
    ...removed.slice(same).map(line => `-${line}`),
    ...added.slice(same).map(line => `+${line}`),
  ];
  const span = (all: string[]) => `${start + 1},${all.length - start}`;
  let change: SourceFileChange['change'] = 'modified';
  if (before === undefined) change = 'added';
  if (after === undefined) change = 'removed';
  return {
    path,
    change,
    sizeBefore: before?.length,
    sizeAfter: after?.length,
    patch: `@@ -${span(removed)} +${span(added)} @@\n${lines.join('\n')}\n`,
  };
}
