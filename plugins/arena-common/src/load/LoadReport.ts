import { z } from 'zod/v4';
import { loadProfileSchema } from './LoadProfile';
import { DROP_REASONS, LOAD_TIMES } from './LoadRecord';
import { timeSummarySchema } from './LoadHistogram';

const count = z.int().min(0);
const amount = z.number().min(0);

/** @public */
export const LOAD_REPORT_VERSION = 1;

const formulas = z
  .record(z.string(), z.string())
  .meta({ description: 'How each figure is computed.' });

/** What was measured of some conversations. @public */
export const loadFiguresSchema = z.object({
  sent: count,
  completed: count,
  succeeded: count,
  /** By class. */
  failed: z.record(z.string(), count),
  graded: count,
  passed: count,
  good: count,
  calls: count,
  rateLimited: count,
  heldBack: count,
  /** `1 - succeeded / completed`; absent when nothing was completed. */
  errorRate: amount.optional(),
  /** `passed / graded`; absent when nothing was graded. */
  passRate: amount.optional(),
  /** `rateLimited / calls`; absent without calls. */
  rateLimitRate: amount.optional(),
  /** `good / completed`; absent when nothing was completed. */
  goodputRate: amount.optional(),
  /** Good conversations per second of the measured time. */
  goodput: amount.optional(),
  /** Completed conversations per second of the measured time. */
  throughput: amount.optional(),
  inputTokens: count,
  outputTokens: count,
  cachedTokens: count,
  /** Output tokens per second of the measured time. */
  outputTokensPerSecond: amount.optional(),
  cost: amount,
  /** In milliseconds, by name; absent without a value. */
  times: z.partialRecord(z.enum(LOAD_TIMES), timeSummarySchema),
});

/** @public */
export type LoadFigures = z.infer<typeof loadFiguresSchema>;

const dropped = z.partialRecord(z.enum(DROP_REASONS), count);

/** What a stage asked for and what became of it. @public */
export const loadStageReportSchema = loadFiguresSchema.extend({
  index: count,
  startMs: amount,
  endMs: amount,
  /** Requests per second at its two ends (open loop), or conversations in flight. */
  from: amount,
  to: amount,
  /** False: warm-up, in no other figure of the report. */
  measured: z.boolean(),
  /** Arrivals of the schedule; absent in a closed loop. */
  expected: count.optional(),
  dropped,
  /** Arrivals of which no worker told anything; those that were due after an early end left out. */
  lost: count,
  /** `expected` per second of the stage. */
  targetRate: amount.optional(),
  /** `sent` per second of the stage, until the end of the test where that was early. */
  sentRate: amount,
});

/** @public */
export type LoadStageReport = z.infer<typeof loadStageReportSchema>;

/** How one worker fared. @public */
export const loadWorkerReportSchema = z.object({
  workerId: z.string(),
  /** Seconds that it reported. */
  seconds: count,
  /** The latest of them, from the start of the test. */
  lastSecond: count,
  /** Time between its first and its last second that no record covers, in milliseconds: it was started anew. */
  silentMs: amount,
  /** It ended in order. False: nobody knows what it did after `lastSecond`. */
  ended: z.boolean(),
  sent: count,
  dropped,
  lateness: timeSummarySchema.optional(),
  /** Worst of all seconds, in milliseconds. */
  eventLoopDelayP99Ms: amount,
  eventLoopDelayMaxMs: amount,
  /** How much of the time in measured stages its event loop was late, in milliseconds; see `LATE_LOOP_MS`. */
  lateLoopMs: amount,
  /** `lateLoopMs` as a share of that time; absent when it had none. */
  lateLoopShare: amount.optional(),
  /** Share of one core over its seconds, without waiting for the exact moment. */
  cpu: amount,
  inFlight: count,
  connectionsOpened: count,
  /** Share of calls that found a connection open; absent without calls. */
  connectionReuse: amount.optional(),
  rssBytes: count,
});

/** @public */
export type LoadWorkerReport = z.infer<typeof loadWorkerReportSchema>;

/** @public */
export const auditVerdictSchema = z.enum(['valid', 'suspect', 'invalid']);

/** @public */
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

/** @public */
export const auditFindingSchema = z.object({
  verdict: z.enum(['suspect', 'invalid']),
  reason: z.string(),
});

/** @public */
export type AuditFinding = z.infer<typeof auditFindingSchema>;

/**
 * Whether the load that the report tells of is the load that was sent, and whether its times are those of the system under test.
 *
 * @public
 */
export const loadAuditSchema = z.object({
  /** The worst of all findings. */
  verdict: auditVerdictSchema,
  /** All reasons, worst first, each with the stage or worker that it is about. */
  reasons: z.array(z.string()),
  perStage: z.array(
    z.object({
      stage: count,
      verdict: auditVerdictSchema,
      findings: z.array(auditFindingSchema),
    }),
  ),
  perWorker: z.array(
    z.object({
      workerId: z.string(),
      verdict: auditVerdictSchema,
      findings: z.array(auditFindingSchema),
    }),
  ),
});

/** @public */
export type LoadAudit = z.infer<typeof loadAuditSchema>;

/** A threshold with what was measured. @public */
export const thresholdResultSchema = z.object({
  metric: z.string(),
  operator: z.string(),
  value: z.string(),
  /** In the unit of the metric: seconds, a share, an amount, or requests per second. Absent: there is no data. */
  actual: z.number().optional(),
  passed: z.boolean(),
  /** `<actual> <operator> <value> PASS|FAIL`. */
  text: z.string(),
});

/** @public */
export type ThresholdResult = z.infer<typeof thresholdResultSchema>;

/** What a search for the highest good rate found. @public */
export const searchResultSchema = z.object({
  /** Highest rate that met the service levels; absent when none did. */
  rate: amount.optional(),
  /** Why it ended. */
  reason: z.string(),
  steps: z.array(
    z.object({ rate: amount, good: z.boolean(), reason: z.string() }),
  ),
});

/** @public */
export type SearchResult = z.infer<typeof searchResultSchema>;

/** What `loadtest.json` holds. @public */
export const loadReportSchema = z.object({
  version: z.literal(LOAD_REPORT_VERSION),
  title: z.string(),
  startedAt: z.iso.datetime(),
  /** From the start to the last answer. */
  elapsedMs: amount,
  /** `running`: it is not over, this is what there is so far. `completed`: the schedule was carried out to its end. */
  endedBy: z.enum([
    'running',
    'completed',
    'stopped',
    'threshold',
    'budget',
    'search',
  ]),
  profile: loadProfileSchema,
  formulas,
  /** Of all measured stages. `expected` and the like: as in stages. */
  totals: loadFiguresSchema.extend({
    /** Of stages with a load, until the end of the test where that was early. */
    measuredMs: amount,
    expected: count.optional(),
    dropped,
    lost: count,
    targetRate: amount.optional(),
    sentRate: amount,
  }),
  stages: z.array(loadStageReportSchema),
  providers: z.record(z.string(), loadFiguresSchema),
  scenarios: z.record(z.string(), loadFiguresSchema),
  workers: z.array(loadWorkerReportSchema),
  cost: z.object({
    currency: z.string(),
    /** Of the whole run, warm-up included. */
    total: amount,
    /** Of measured conversations. */
    perThousand: amount.optional(),
    perSuccess: amount.optional(),
    limit: amount.optional(),
  }),
  thresholds: z.array(thresholdResultSchema),
  audit: loadAuditSchema,
  search: searchResultSchema.optional(),
  /** The test came to its own end, a search found a rate, thresholds are met, and the audit is not `invalid`. */
  passed: z.boolean(),
});

/** @public */
export type LoadReport = z.infer<typeof loadReportSchema>;
