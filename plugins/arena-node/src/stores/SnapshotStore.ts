import { Readable } from 'node:stream';

/** @public */
export interface SnapshotInfo {
  /** `sha256:<hex>` of the stored bytes. */
  digest: string;
  /** Bytes. */
  size: number;
}

/**
 * Immutable, content-addressed archives (`tar.gz`) of bundles, and reports of runs. Adding the same content twice stores it once.
 *
 * @public
 */
export interface SnapshotStore {
  /** Reads the stream to its end. Nothing stays behind when it fails. */
  put(content: Readable): Promise<SnapshotInfo>;
  /** @throws NotFoundError */
  open(
    digest: string,
    range?: { start: number; end?: number },
  ): Promise<{ info: SnapshotInfo; content: Readable }>;
  has(digest: string): Promise<boolean>;
  delete(digest: string): Promise<void>;
}
