import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  admitText,
  formatCause,
} from '@backstage-arena/plugin-arena-common/admission';
import { resolveFromCaller } from '../cli/paths';
import { Finding } from './Finding';

/** Every fault of the API objects in a file: what the server's admission would say, at its line. */
export async function validateObjects(
  file: string,
): Promise<{ objects: number; findings: Finding[]; warnings: string[] }> {
  const content =
    file === '-'
      ? await text(process.stdin)
      : await readFile(resolveFromCaller(file), 'utf8');
  const { documents, problems } = admitText(content);
  return {
    objects: documents.length,
    findings: [
      ...problems.map(problem => ({ file, ...problem })),
      ...documents.flatMap(document =>
        document.causes.map(cause => ({
          file,
          line: cause.line,
          column: cause.column,
          field: cause.field,
          message: formatCause(cause),
        })),
      ),
    ],
    warnings: documents.flatMap(document =>
      document.warnings.map(
        warning => `${file}:${document.position.line}: ${warning}`,
      ),
    ),
  };
}
