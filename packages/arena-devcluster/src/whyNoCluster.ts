import { existsSync } from 'node:fs';
import { findTool } from './binary/findTool';
import { whyNoGo } from './binary/go';
import { missingPackages } from './binary/ensurePackages';

/**
 * Why this machine cannot run a cluster; undefined when it can, or when KUBECONFIG names one.
 *
 * @public
 */
export async function whyNoCluster(): Promise<string | undefined> {
  if (process.env.KUBECONFIG) return undefined;
  if (process.platform !== 'linux') {
    return `a cluster needs Linux, this is ${process.platform}`;
  }
  if (process.getuid?.() !== 0) return 'a cluster needs root';
  if (!existsSync('/sys/fs/cgroup')) return 'control groups are not mounted';
  const missing = missingPackages();
  if (missing.length > 0 && !findTool('apt-get')) {
    return `Debian packages are missing: ${missing.join(', ')}`;
  }
  return whyNoGo();
}
