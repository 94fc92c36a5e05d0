import { ensureGoTool } from './go';
import { printProgress, Progress } from './Progress';

/** A real S3 server on a folder. @public */
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

/** Names of services for pods. @public */
export function ensureCoreDns(
  progress: Progress = printProgress,
): Promise<string> {
  return ensureGoTool(
    {
      package: 'github.com/coredns/coredns',
      version: 'v1.12.4',
      takes: 'about 2 minutes',
    },
    progress,
  );
}

/** Installs charts. @public */
export function ensureHelm(
  progress: Progress = printProgress,
): Promise<string> {
  return ensureGoTool(
    {
      package: 'helm.sh/helm/v3/cmd/helm',
      version: 'v3.19.2',
      takes: 'about 4 minutes',
    },
    progress,
  );
}
