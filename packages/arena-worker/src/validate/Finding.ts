/** One fault, at its place. */
export interface Finding {
  /** What has an error cannot be used, or not work; what has a warning does otherwise than it reads. */
  severity: 'error' | 'warning';
  /** As the user named it, or below what the user named. */
  file: string;
  line?: number;
  column?: number;
  field?: string;
  /** Names the field and what was probably meant. */
  message: string;
  suggestion?: string;
}

/** `file:line:column: message`, as compilers write it. */
export function formatFinding(
  finding: Pick<Finding, 'file' | 'line' | 'column' | 'message'>,
): string {
  const place = [finding.file, finding.line, finding.column]
    .filter(part => part !== undefined)
    .join(':');
  return `${place}: ${finding.message}`;
}
