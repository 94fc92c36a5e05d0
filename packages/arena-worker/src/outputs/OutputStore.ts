/** A report that is written and lies on this machine. */
export interface OutputFile {
  name: string;
  path: string;
  /** Bytes. */
  size: number;
  /** `sha256:<hex>` */
  digest: string;
  contentType: string;
}

/**
 * A place that takes the reports of one run. The same run may write there again, after a crash: what it wrote then is replaced. All methods
 * throw an {@link OutputError} that names the place.
 */
export interface OutputStore {
  /** Address of the place, as people look for it: `s3://bucket/prefix/`, or a folder. */
  readonly url: string;
  /** Makes sure that the place is there and belongs to this run. */
  open(): Promise<void>;
  /** Stores a file, whole or not at all. */
  put(file: OutputFile, signal: AbortSignal): Promise<void>;
  /** The last file was the manifest: the place is complete. */
  finish(): Promise<void>;
  /** Gives up connections. */
  close(): void;
}

/** The name of the file that says which others belong to the run. It is stored last. */
export const MANIFEST_NAME = 'manifest.json';

/** An output cannot be written, and what to do about it. The message is shown to who owns the job. */
export class OutputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutputError';
  }
}
