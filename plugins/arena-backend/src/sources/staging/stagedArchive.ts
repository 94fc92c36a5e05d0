import { Readable } from 'node:stream';
import { packFiles } from '../workspace/packFiles';
import { WorkspaceLimits } from '../workspace/WorkspaceLimits';
import { StagingFolder } from './StagingFolder';

/** Options of {@link stagedArchive}. */
export interface StagedArchiveOptions {
  /** Where the folder is made. */
  temporaryDirectory: string;
  limits: WorkspaceLimits;
  signal: AbortSignal;
  /** Gets the content. */
  fill: (folder: StagingFolder) => Promise<void>;
}

/**
 * An archive of content from elsewhere. It is fetched when the archive is read, so that one that nobody wants costs nothing; the folder in
 * which it is put together is gone afterwards.
 */
export function stagedArchive(options: StagedArchiveOptions): Readable {
  const { temporaryDirectory, limits, signal, fill } = options;
  async function* read() {
    signal.throwIfAborted();
    const folder = await StagingFolder.create(temporaryDirectory, limits);
    try {
      await fill(folder);
      yield* packFiles(await folder.finish(signal), signal);
    } finally {
      await folder.discard();
    }
  }
  return Readable.from(read(), { objectMode: false });
}
