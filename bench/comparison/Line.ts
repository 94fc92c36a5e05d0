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
