import { ensureGoTool } from './go';
import { printProgress, Progress } from './Progress';

/** Path of Helm, which installs charts; built the first time. @public */
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
