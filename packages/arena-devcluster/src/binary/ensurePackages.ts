import { NotFoundError } from '@backstage/errors';
import { existsSync } from 'node:fs';
import { run } from '../process/run';
import { findTool } from './findTool';
import { printProgress, Progress } from './Progress';

/** Debian package -> what shows that it is installed: a command, or a file by its path. */
const PACKAGES: Record<string, readonly string[]> = {
  containerd: ['containerd', 'ctr'],
  runc: ['runc'],
  'containernetworking-plugins': ['/usr/lib/cni/ptp', '/usr/lib/cni/portmap'],
  iptables: ['iptables'],
  iproute2: ['ip'],
  'util-linux': ['unshare', 'nsenter', 'setpriv'],
  openssl: ['openssl'],
  'busybox-static': ['/bin/busybox'],
  'ca-certificates': ['/etc/ssl/certs/ca-certificates.crt'],
};

/** Debian packages that a cluster needs and this machine lacks. */
export function missingPackages(
  isThere: (what: string) => boolean = isInstalled,
): string[] {
  return Object.entries(PACKAGES)
    .filter(([, signs]) => !signs.every(isThere))
    .map(([name]) => name);
}

/**
 * Installs the Debian packages that a cluster needs.
 *
 * @throws NotFoundError that names the missing packages when that is not possible
 * @public
 */
export async function ensurePackages(
  progress: Progress = printProgress,
): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const names = missing.join(' ');
  const apt = findTool('apt-get');
  if (!apt || process.getuid?.() !== 0) {
    throw new NotFoundError(
      `A cluster needs packages that are not installed. As root: apt-get install ${names}`,
    );
  }
  progress(`Installing ${missing.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(apt, ['update', '-qq'], { env });
  await run(
    apt,
    ['install', '-y', '-qq', '--no-install-recommends', ...missing],
    { env },
  );
}

function isInstalled(what: string): boolean {
  return what.startsWith('/') ? existsSync(what) : findTool(what) !== undefined;
}
