import { nodeTest } from '../lib/nodeTest.mjs';

/** Our packages, packed, in a portal freshly made by `@backstage/create-app`. */
export async function install(prepared) {
  return nodeTest(prepared, { files: ['tests/system/install.test.mjs'] });
}
