import { existsSync } from 'node:fs';
import { say } from './log.mjs';
import { must, run } from './run.mjs';

/** @returns {Promise<boolean>} whether a tool is there */
export async function has(tool, env) {
  return (await run('which', [tool], { env, quiet: true })).code === 0;
}

/**
 * Installs those of some tools that are missing.
 *
 * @param {Record<string, string>} packages tool -> Debian package
 * @param {NodeJS.ProcessEnv} env says where they are looked for
 * @param {string} why
 */
export async function ensureTools(packages, env, why) {
  const missing = [];
  for (const tool of Object.keys(packages)) {
    if (!(await has(tool, env))) missing.push(tool);
  }
  if (missing.length > 0) await installDebianPackages(packages, missing, why);
}

/**
 * Installs Debian packages when that is possible, and says by name what is missing when not.
 *
 * @param {Record<string, string>} packages tool -> Debian package
 * @param {string[]} tools
 * @param {string} why
 */
export async function installDebianPackages(packages, tools, why) {
  const names = tools.map(tool => packages[tool]);
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `Missing ${tools.join(', ')} (${why}). Install: ${names.join(' ')}`,
    );
  }
  say(`Installing ${names.join(', ')} from Debian (${why})`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await must('apt-get', ['update', '-qq'], { env, quiet: true });
  await must(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...names],
    { env, quiet: true, what: `installing ${names.join(', ')}` },
  );
}
