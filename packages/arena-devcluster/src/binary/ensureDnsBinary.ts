import { ensureGoModule } from './ensureGoModule';
import { printProgress, Progress } from './Progress';

/** Path of the server that gives pods the names of services: CoreDNS, built the first time. */
export function ensureDnsBinary(
  progress: Progress = printProgress,
): Promise<string> {
  return ensureGoModule({
    name: 'dns',
    what: () => 'CoreDNS (about 1 minute the first time)',
    linkerFlags: () => '-s -w',
    progress,
  });
}
