/** One fault, at its place. */
export interface Finding {
  /** As the user named it, or below what the user named. */
  file: string;
  line?: number;
  column?: number;
  field?: string;
  message: string;
}

/** `file:line:column: message`, as compilers write it. */
export function formatFinding(finding: Finding): string {
  const place = [finding.file, finding.line, finding.column]
    .filter(part => part !== undefined)
    .join(':');
  return `${place}: ${finding.message}`;
}
