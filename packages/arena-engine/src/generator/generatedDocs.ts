import { checksPage } from './checksPage';
import { compatibilityPage } from './compatibilityPage';

/** Every page of the repository that is made from the engine's tables: path from its root, and content. */
export function generatedDocs(): Map<string, string> {
  return new Map([
    ['docs/compatibility.md', compatibilityPage()],
    ['docs/reference/checks.md', checksPage()],
  ]);
}
