import { ensureTools } from './debian.mjs';
import { say } from './log.mjs';

/** better-sqlite3, isolated-vm and others are compiled on installation. */
const COMPILERS = { python3: 'python3', make: 'make', 'g++': 'g++' };
/** Keeps what was compiled: without it the portal that `npm test` makes compiles for two minutes each time. */
const CACHE = { ccache: 'ccache' };

/**
 * Makes sure that there is what native packages are compiled with, and a cache of what they were compiled to where one can be had.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<NodeJS.ProcessEnv>} what else the installation needs to know
 */
export async function ensureCompilers(env) {
  await ensureTools(COMPILERS, env, 'to compile native packages');
  if (env.CC || env.CXX) return {};
  try {
    await ensureTools(CACHE, env, 'to compile native packages once');
  } catch (error) {
    say(`  ${error.message}. Native packages are compiled anew`);
    return {};
  }
  return {
    CC: 'ccache cc',
    CXX: 'ccache c++',
    // What was compiled in another folder is the same.
    CCACHE_BASEDIR: '/',
    CCACHE_NOHASHDIR: '1',
  };
}
