import { checksPage } from './checksPage';

/** Every page of the repository that is made from the engine's tables: path from its root, and content. */
export function generatedDocs(): Map<string, string> {
  return new Map([['docs/reference/checks.md', checksPage()]]);
}
