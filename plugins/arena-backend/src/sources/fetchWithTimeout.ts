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
  /** Ends the fetch before its time; rejects with the reason. */
  signal: AbortSignal;
}

/** How long a fetcher that was told to end may take to clean up. */
const GRACE_MS = 1_000;

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
 * Ends shortly after the timeout, or the signal, also when the fetcher does not listen.
 */
export async function fetchWithTimeout(
  options: FetchOptions,
): Promise<ArenaSourceArtifact> {
  const { source, timeoutMs } = options;
  const timeout = new AbortController();
  const timer = setTimeout(
    () =>
      timeout.abort(
        new SourceFetchError(
          'Timeout',
          `The fetch took longer than spec.timeout (${source.spec.timeout})`,
        ),
      ),
    timeoutMs,
  );
  const signal = AbortSignal.any([timeout.signal, options.signal]);
  const deaf = deafness(signal);
  try {
    return await Promise.race([fetchArtifact(options, signal), deaf.promise]);
  } catch (error) {
    // Whatever it broke: this is why.
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    deaf.forget();
  }
}

/** Rejects when somebody who was told to end has not done so. */
function deafness(signal: AbortSignal) {
  let grace: NodeJS.Timeout | undefined;
  let wait = () => {};
  const promise = new Promise<never>((_, reject) => {
    wait = () => {
      grace = setTimeout(() => reject(signal.reason), GRACE_MS);
    };
  });
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true });
  return {
    promise,
    forget() {
      signal.removeEventListener('abort', wait);
      clearTimeout(grace);
    },
  };
}
