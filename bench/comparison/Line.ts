/** A figure that has a target. */
export interface Line {
  name: string;
  value: string;
  target: string;
  met: boolean;
}

/** What a part of the comparison has found. */
export interface Comparison {
  /** Heading and rows. */
  table: string[][];
  lines: Line[];
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
