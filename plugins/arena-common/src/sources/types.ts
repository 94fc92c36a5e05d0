/** Content that a source had at some time. It never changes; its digest is its address. @public */
export interface SourceRevision {
  /** In the words of the source: `main@sha1:<commit>`, `1.2@sha256:<digest>`, `sha256:<hash of the files>`. */
  revision: string;
  /** `sha256:<64 hexadecimal digits>` of the stored archive. */
  digest: string;
  /** First 12 digits of the digest. */
  version: string;
  /** Bytes of the stored archive. */
  size: number;
  /** When it was fetched first (RFC 3339). */
  fetchedAt: string;
  /** True for the one that new runs are pinned to. */
  current: boolean;
  /** Runs pinned to this content, of whichever source. */
  runs: {
    /** All that are kept. */
    total: number;
    /** Those that are not over: the content stays at least as long as they last. */
    open: number;
  };
}

/** @public */
export interface SourceFile {
  /** Path within the bundle, with slashes. */
  path: string;
  /** Bytes. */
  size: number;
  executable: boolean;
  /** SHA-256 of the content, hexadecimal. */
  sha256: string;
}

/** @public */
export interface SourceFileContent extends SourceFile {
  /** UTF-8; absent when the file is no text. */
  text?: string;
  /** Only the beginning is here: the file is longer than what is served (1 MiB). */
  truncated: boolean;
}

/** A fault of a bundle at its place. @public */
export interface SourceProblem {
  /** A bundle with an error cannot be run; one with a warning does otherwise than it reads. */
  severity: 'error' | 'warning';
  /** Path within the bundle. */
  file: string;
  /** Counts from 1; absent when the fault has no place in the text. */
  line?: number;
  column?: number;
  /** For example `spec.turns[0].content`. */
  field?: string;
  message: string;
  /** What was probably meant. */
  suggestion?: string;
}

/** What a bundle consists of, as far as it can be read. @public */
export interface SourceBundle {
  arenaFile: string;
  /** In the order of their places. At most 1000. */
  problems: SourceProblem[];
  scenarios: Array<{
    id: string;
    /** Path within the bundle; absent for one that stands in the arena file. */
    file?: string;
    description: string;
    taskType?: string;
    turns: number;
    /** Group of the providers that it runs on, unless it names providers. */
    providerGroup: string;
    labels: Record<string, string>;
  }>;
  providers: Array<{
    id: string;
    file?: string;
    type: string;
    model?: string;
    group: string;
  }>;
  prompts: Array<{ taskType: string; file?: string }>;
  tools: Array<{ name: string; file?: string }>;
  personas: Array<{ id: string; file?: string }>;
}

/** @public */
export interface SourceFileChange {
  path: string;
  change: 'added' | 'removed' | 'modified';
  /** Bytes before and after; absent where the file does not exist. */
  sizeBefore?: number;
  sizeAfter?: number;
  /** Hunks of a unified diff, beginning with `@@`. Absent when there is an `omitted`. */
  patch?: string;
  /** Why there is no patch. `mode`: only whether it may be executed changed. */
  omitted?: 'binary' | 'too large' | 'mode';
}

/** What changed between two revisions. @public */
export interface SourceDiff {
  /** Digests. */
  from: string;
  to: string;
  /** By path. */
  files: SourceFileChange[];
}

/** A file on its way into the folder of a source. @public */
export interface SourceUpload {
  /** Relative to the folder, with slashes. */
  path: string;
  content: Blob;
}
