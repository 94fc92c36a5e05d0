import {
  SnapshotInfo,
  SnapshotStore,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import {
  ArenaSource,
  ArenaSourceArtifact,
} from '@backstage-arena/plugin-arena-common';
import { formatTimestamp } from '../time/formatTimestamp';

export interface FetchOptions {
  source: ArenaSource;
  fetcher: SourceFetcher;
  snapshots: SnapshotStore;
  timeoutMs: number;
  now: Date;
}

async function fetchArtifact(
  options: FetchOptions,
  signal: AbortSignal,
): Promise<ArenaSourceArtifact> {
  const { source, fetcher, snapshots, now } = options;
  const before = source.status?.artifact;
  const { revision, archive } = await fetcher.fetch(source, { signal });
  // Whoever reads it is told; when nobody does yet, nobody needs to be.
  archive.on('error', () => undefined);
  const abort = () => archive.destroy(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    // It may have come after the end.
    if (signal.aborted) abort();
    // The same revision of another spec may be other content.
    const sameSpec =
      source.status?.observedGeneration === source.metadata.generation;
    if (
      before &&
      sameSpec &&
      before.revision === revision &&
      (await snapshots.has(before.digest))
    ) {
      archive.destroy();
      return before;
    }
    const info: SnapshotInfo = await snapshots.put(archive);
    return {
      revision,
      digest: info.digest,
      version: info.digest.replace(/^sha256:/, '').slice(0, 12),
      size: info.size,
      lastUpdateTime:
        (before?.digest === info.digest && before.lastUpdateTime) ||
        formatTimestamp(now),
    };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Fetches a source and stores its content as a snapshot.
 *
 * @remarks
 * Ends at the timeout also when the fetcher does not listen.
 */
export async function fetchWithTimeout(
  options: FetchOptions,
): Promise<ArenaSourceArtifact> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new SourceFetchError(
        'Timeout',
        `The fetch took longer than spec.timeout (${options.source.spec.timeout})`,
      );
      abort.abort(error);
      reject(error);
    }, options.timeoutMs);
  });
  try {
    return await Promise.race([fetchArtifact(options, abort.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
