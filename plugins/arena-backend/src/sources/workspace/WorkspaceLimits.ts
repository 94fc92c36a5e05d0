/** What a folder may have to be taken as a source. */
export interface WorkspaceLimits {
  maxFiles: number;
  /** Bytes of one file. */
  maxFileBytes: number;
  /** Bytes of all files. */
  maxTotalBytes: number;
  /** Folders inside of folders. */
  maxDepth: number;
}

export const DEFAULT_WORKSPACE_LIMITS: WorkspaceLimits = {
  maxFiles: 10_000,
  maxFileBytes: 64 * 1024 * 1024,
  maxTotalBytes: 256 * 1024 * 1024,
  maxDepth: 32,
};
