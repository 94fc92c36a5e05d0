import { ensureGoTool } from './go';
import { printProgress, Progress } from './Progress';

/** Path of a real S3 server on a folder, built the first time. */
export function ensureVersitygw(
  progress: Progress = printProgress,
): Promise<string> {
  return ensureGoTool(
    {
      package: 'github.com/versity/versitygw/cmd/versitygw',
      version: 'v1.8.0',
      takes: 'about 1 minute',
    },
    progress,
  );
}
