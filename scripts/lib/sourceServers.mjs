import { ensureTools } from './debian.mjs';
import { say } from './log.mjs';

/** Tool -> Debian package. */
const PACKAGES = {
  git: 'git',
  openssl: 'openssl',
  ssh: 'openssh-client',
  sshd: 'openssh-server',
  'docker-registry': 'docker-registry',
};

/** Servers that sources are fetched from in tests. Where they cannot be installed, the tests that need them say that they are skipped. */
export async function installSourceServers({ env }) {
  const withSbin = { ...env, PATH: `${env.PATH}:/usr/sbin:/sbin` };
  try {
    await ensureTools(PACKAGES, withSbin, 'for tests of sources');
  } catch (error) {
    say(`  ${error.message}`);
  }
}
