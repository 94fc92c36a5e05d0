import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * The code blocks of a document that are marked for verification, in order. A mark is an HTML comment right above the block:
 * `<!-- verify: run -->` runs in the portal's root, `<!-- verify: append FILE -->` goes to the end of a file,
 * `<!-- verify: before "TEXT" in FILE -->` goes above each line that has the text.
 *
 * @param {string} document from the root of this repository
 * @returns {Promise<Array<{ action: string, code: string }>>}
 */
export async function verifiedBlocks(document) {
  const text = await readFile(path.join(root, document), 'utf8');
  const blocks = [
    ...text.matchAll(/<!-- verify: (.+?) -->\s*```[a-z]*\n([\s\S]*?)```/g),
  ].map(([, action, code]) => ({ action, code }));
  if (blocks.length === 0) {
    throw new Error(`${document} has no block marked for verification`);
  }
  return blocks;
}
