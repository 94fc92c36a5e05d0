import { installDebianPackages } from './prepare.mjs';
import { say } from './log.mjs';
import { run } from './run.mjs';

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
  const missing = [];
  for (const tool of Object.keys(PACKAGES)) {
    const found = await run('which', [tool], {
      env: { ...env, PATH: `${env.PATH}:/usr/sbin:/sbin` },
      quiet: true,
    });
    if (found.code !== 0) missing.push(tool);
  }
  if (missing.length === 0) return;
  try {
    await installDebianPackages(PACKAGES, missing, 'for tests of sources');
  } catch (error) {
    say(`  ${error.message}`);
  }
}
