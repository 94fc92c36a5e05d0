import { ensureTools, has } from './debian.mjs';
import { say } from './log.mjs';

const COMPILERS = { python3: 'python3', make: 'make', 'g++': 'g++' };
const CACHE = { ccache: 'ccache' };

/** Makes sure that better-sqlite3 and other native packages can be compiled on installation. */
export async function ensureCompilers(env) {
  await ensureTools(COMPILERS, env, 'to compile native packages');
}

/** Gets a cache of what was compiled where one can be had: without it the portal that `npm test` makes compiles for two minutes each time. */
export async function ensureCompilerCache(env) {
  try {
    await ensureTools(CACHE, env, 'to compile native packages once');
  } catch (error) {
    say(`  ${error.message}. Native packages are compiled anew`);
  }
}

/**
 * What makes an installation use the cache of what was compiled.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<NodeJS.ProcessEnv>} nothing without a cache, or when `env` says how to compile
 */
export async function compilerCache(env) {
  if (env.CC || env.CXX || !(await has('ccache', env))) return {};
  return {
    CC: 'ccache gcc',
    CXX: 'ccache g++',
    // What was compiled in another folder is the same.
    CCACHE_BASEDIR: '/',
    CCACHE_NOHASHDIR: '1',
  };
}
