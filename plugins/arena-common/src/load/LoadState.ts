import { z } from 'zod/v4';
import type { LoadControl } from './LoadControl';
import type { LoadProfile } from './LoadProfile';
import type { LoadReport } from './LoadReport';
import type { LoadSeriesRow } from './LoadSeriesRow';
import type { MeasuredStage } from './MeasuredStage';

/**
 * How far the load test of a run is:
 *
 * - `waiting`: its workers are not all ready.
 * - `running`, `paused`: as it says.
 * - `stopping`: nothing more is sent, what runs may end.
 * - `over`: the report is final.
 *
 * @public
 */
export type LoadPhase = 'waiting' | 'running' | 'paused' | 'stopping' | 'over';

/** The load test of a run as the REST API shows it. @public */
export interface LoadState {
  phase: LoadPhase;
  profile: LoadProfile;
  /** ISO 8601; absent until it has a start, which may lie ahead. */
  startedAt?: string;
  /** Milliseconds from the start; absent without one. */
  nowMs?: number;
  /** All changes so far. */
  controls: LoadControl[];
  /** With all changes. */
  stages: MeasuredStage[];
  workers: {
    /** Heard of lately, and ready. */
    ready: number;
    /** How many the start waits for. */
    expected: number;
  };
  /** Of what was reported so far; final once it is `over`. Absent until anything was reported. */
  report?: LoadReport;
}

/** @public */
export interface LoadSeriesPage {
  /** In order; seconds of which nothing was reported are missing. */
  rows: LoadSeriesRow[];
  /** Where to go on: rows from this second on may still change or come. */
  next: number;
}

/** A change of a running load test. It takes effect as soon as what is leased is over, about two seconds later; `stop` at once. @public */
export const loadCommandSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('rate'),
    /** Requests per second (open loop), or `concurrency` of a closed loop. */
    target: z.number().min(0).max(1_000_000),
  }),
  z.object({ action: z.literal('pause') }),
  z.object({ action: z.literal('resume') }),
  z.object({ action: z.literal('stop') }),
]);

/** @public */
export type LoadCommand = z.infer<typeof loadCommandSchema>;
