import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  admitText,
  formatCause,
} from '@backstage-arena/plugin-arena-common/admission';
import { resolveFromCaller } from '../cli/paths';
import { Finding } from './Finding';

/** What the server's admission would say of the API objects in a file, each at its line. */
export async function validateObjects(
  file: string,
): Promise<{ objects: number; findings: Finding[] }> {
  const content =
    file === '-'
      ? await text(process.stdin)
      : await readFile(resolveFromCaller(file), 'utf8');
  const { documents, problems } = admitText(content);
  return {
    objects: documents.length,
    findings: [
      ...documents.flatMap(document =>
        document.warnings.map(message => ({
          severity: 'warning' as const,
          file,
          line: document.position.line,
          message,
        })),
      ),
      ...problems.map(problem => ({
        severity: 'error' as const,
        file,
        ...problem,
      })),
      ...documents.flatMap(document =>
        document.causes.map(cause => ({
          severity: 'error' as const,
          file,
          line: cause.line,
          column: cause.column,
          field: cause.field,
          message: formatCause(cause),
        })),
      ),
    ],
  };
}
