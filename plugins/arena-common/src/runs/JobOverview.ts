import type { LoadPhase } from '../load/LoadState';
import type { AuditVerdict } from '../load/LoadReport';
import { ArenaObject } from '../resources/meta';
import { TrendPoint } from './comparison';

/** Which jobs to tell about: those of `components` and those of `jobs` together, each once. @public */
export interface JobOverviewsQuery {
  /** Name of a cluster. Absent: all that are configured. */
  cluster?: string;
  /** Entity references of components or APIs under test, at most 50. Jobs that schedules have created are told of by the one with the schedule. */
  components?: string[];
  /** At most 200. Those that do not exist are left out. */
  jobs?: Array<{ cluster: string; namespace: string; name: string }>;
  /** How many evaluations of each job to tell about, from 0 to 50. Default: 0. */
  points?: number;
}

/** A scenario on a provider of which some items passed and some did not. @public */
export interface FlakyCell {
  scenario: string;
  provider: string;
  /** Items with a verdict. */
  judged: number;
  passed: number;
}

/** What the latest load test of a job has measured so far. @public */
export interface LoadOverview {
  runId: string;
  phase: LoadPhase;
  /** It came to its own end, and met its thresholds. Absent while it runs. */
  passed?: boolean;
  /** Whether its figures can be believed. Absent until anything was reported. */
  audit?: AuditVerdict;
  /** Requests per second that were sent. */
  sentRate?: number;
  /** 99th percentile of the time of a conversation from when it was due, in milliseconds. */
  p99Ms?: number;
  /** Share of what was completed, from 0 to 1. */
  errorRate?: number;
  /** ISO 8601 in UTC. */
  finishedAt?: string;
}

/** A job and how it went. @public */
export interface JobOverview {
  cluster: string;
  job: ArenaObject;
  /** Evaluations of its series, the latest first; at most `points` of the query. */
  trend: TrendPoint[];
  /** Of the latest evaluation in `trend`, at most ten. */
  flakyCells: FlakyCell[];
  /** Of a load test that has begun; absent when `points` is 0. */
  load?: LoadOverview;
}

/** @public */
export interface JobOverviews {
  /** The newest first; at most 100 of components. A job that repeats another one is left out when that one is here. */
  items: JobOverview[];
  /** Whether components have more jobs than are here. */
  isTruncated: boolean;
  /** Clusters that do not answer, with the reason: their jobs are missing. */
  missing: Array<{ cluster: string; message: string }>;
}
