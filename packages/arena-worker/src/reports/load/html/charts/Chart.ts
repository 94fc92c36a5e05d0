import { Point } from './downsample';

/** Colours of lines, by what they mean; see `style.ts`. */
export type LineColour =
  | 'plan'
  | 'one'
  | 'two'
  | 'three'
  | 'bad'
  | 'warn'
  | 'lost';

export interface ChartLine {
  name: string;
  colour: LineColour;
  /** In order of time, in seconds from the start. */
  points: readonly Point[];
}

/** A value that is drawn across the chart when it is not far above the lines. */
export interface ChartLimit {
  name: string;
  value: number;
}

/** What a chart shows over the time of a test. */
export interface Chart {
  title: string;
  unit: string;
  lines: readonly ChartLine[];
  limits?: readonly ChartLimit[];
  /** Said below, of what is not plain. */
  note?: string;
}

/** A stretch of the time axis. */
export interface ChartStage {
  /** Seconds from the start. */
  start: number;
  end: number;
  label: string;
  isWarmUp: boolean;
}

/** What all charts of a test have in common. */
export interface ChartFrame {
  /** End of the time axis in seconds; above 0. */
  end: number;
  stages: readonly ChartStage[];
}
