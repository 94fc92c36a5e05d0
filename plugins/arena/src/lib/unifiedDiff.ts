/** A line of a diff. */
export interface DiffLine {
  kind: 'hunk' | 'same' | 'added' | 'removed' | 'note';
  text: string;
  /** Number of the line before and after the change; absent where it does not exist. */
  before?: number;
  after?: number;
}

/** Reads the hunks of a unified diff, with the numbers that their lines have. */
export function parseDiff(patch: string): DiffLine[] {
  let before = 0;
  let after = 0;
  return patch
    .replace(/\n$/, '')
    .split('\n')
    .map((line): DiffLine => {
      const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
      if (hunk) {
        before = Number(hunk[1]);
        after = Number(hunk[2]);
        return { kind: 'hunk', text: line };
      }
      const text = line.slice(1);
      if (line.startsWith('+')) return { kind: 'added', text, after: after++ };
      if (line.startsWith('-')) {
        return { kind: 'removed', text, before: before++ };
      }
      // "\ No newline at end of file"
      if (line.startsWith('\\')) return { kind: 'note', text: text.trim() };
      return { kind: 'same', text, before: before++, after: after++ };
    });
}
