import { nodeTest } from '../lib/nodeTest.mjs';

/** Our packages, packed, in a portal freshly made by `@backstage/create-app`. */
export function install(prepared) {
  return inFreshPortal(prepared, 'install');
}

/** Runs a file of `tests/system` that packs our packages. */
export function inFreshPortal(prepared, name, env) {
  return nodeTest(prepared, {
    files: [`tests/system/${name}.test.mjs`],
    env: {
      ...(prepared.hasDeclarations && { ARENA_HAS_DECLARATIONS: '1' }),
      ...env,
    },
  });
}
