import { z } from 'zod/v4';

/** Latest second that can be told of: no test lasts so long. @public */
export const MAX_LOAD_SECOND = 10_000_000;
/** Highest position of a stage that can be told of. @public */
export const MAX_LOAD_STAGE = 10_000;

const count = z.int().min(0);
const second = z.int().min(0).max(MAX_LOAD_SECOND);
const amount = z.number().min(0);

/**
 * Why an arrival was not sent:
 *
 * - `late`: whoever had it could not send it in time (a busy or lost worker); it is never sent as if it were on time.
 * - `inFlight`: the worker had `maxInFlight` conversations in flight.
 * - `budget`: the budget was used up before it was due.
 * - `stopped`: the test was stopped before it was due.
 *
 * @public
 */
export const DROP_REASONS = ['late', 'inFlight', 'budget', 'stopped'] as const;

/** @public */
export type DropReason = (typeof DROP_REASONS)[number];

/**
 * Times that a load test records:
 *
 * - `latency`: of a whole conversation, from the intended start to the end of the last call of the system under test; all that succeeded.
 * - `serviceTime`: the same from the moment at which it was really started.
 * - `callLatency`: of a single call of the system under test, from the request on the wire to the last byte.
 * - `ttft`: from the request to the first content; streamed calls only.
 * - `itl`: between pieces of content that arrive one after the other, the first left out; streamed calls only.
 * - `tpot`: `(callLatency - ttft) / (output tokens - 1)`; streamed calls with more than one token.
 * - `lateness`: from the intended to the real start, of everything that was sent.
 *
 * @public
 */
export const LOAD_TIMES = [
  'latency',
  'serviceTime',
  'callLatency',
  'ttft',
  'itl',
  'tpot',
  'lateness',
] as const;

/** @public */
export type LoadTime = (typeof LOAD_TIMES)[number];

/** Name of a class of errors: counts are kept under it, so that it is none of those that every object has. */
const errorClass = z
  .string()
  .refine(
    name => !(name in Object.prototype),
    'expected the class of an error, such as rate_limit',
  );

/** What is counted of some conversations. All counts add up. @public */
export const loadCountsSchema = z.object({
  /** Conversations started. */
  sent: count,
  /** Conversations that ended, whatever way. */
  completed: count,
  /** Those that ended without an error of carrying them out. */
  succeeded: count,
  /** Those that did not, by class: those of an item's error, and `cancelled` (still running at the end of the test). */
  failed: z.record(errorClass, count),
  /** Conversations whose checks were run, and those of them that passed. */
  graded: count,
  passed: count,
  /** Conversations that succeeded, meet every service level, and did not fail their checks. */
  good: count,
  /** Calls of the system under test, and those of them that were refused for too high a rate. */
  calls: count,
  rateLimited: count,
  /** Calls that the provider's own rate limit, or its limit of connections, held back on this side. */
  heldBack: count,
  inputTokens: count,
  outputTokens: count,
  cachedTokens: count,
  cost: amount,
});

/** @public */
export type LoadCounts = z.infer<typeof loadCountsSchema>;

/** Counts and times of some conversations. @public */
export const loadSeriesSchema = loadCountsSchema.extend({
  /** By {@link LOAD_TIMES}; HDR histograms of microseconds, V2 compressed, in base64. Absent without a value. */
  times: z.partialRecord(z.enum(LOAD_TIMES), z.string()),
});

/** @public */
export type LoadSeries = z.infer<typeof loadSeriesSchema>;

/**
 * What happened within one second of one worker, for arrivals of one stage. Sent ones count where they were sent, ended ones where they
 * ended. Records add up over seconds, stages and workers.
 *
 * @public
 */
export const loadRecordSchema = z.object({
  /** Second from the start of the test. */
  second,
  /** Position among the measured stages. */
  stage: z.int().min(0).max(MAX_LOAD_STAGE),
  /** By id of the provider. */
  providers: z.record(z.string(), loadSeriesSchema),
  /** By id of the scenario. */
  scenarios: z.record(z.string(), loadCountsSchema),
  /** Arrivals that were not sent, by {@link DROP_REASONS}, in the second in which they were given up. */
  dropped: z.partialRecord(z.enum(DROP_REASONS), count),
});

/** @public */
export type LoadRecord = z.infer<typeof loadRecordSchema>;

/** How a worker fared within one second: whether its own figures can be trusted. @public */
export const workerSecondSchema = z.object({
  workerId: z.string(),
  second,
  /** Time that the figures cover: more than a second when the worker stood still. */
  elapsedMs: amount,
  /** Of the event loop, in milliseconds, in this second. */
  eventLoopDelay: z.object({ p50: amount, p99: amount, max: amount }),
  /** CPU time in this second, in milliseconds. */
  cpuMs: amount,
  /** The part of it that was spent on waiting for the exact moment. */
  spinMs: amount,
  /** Largest number of conversations in flight. */
  inFlight: count,
  connectionsOpened: count,
  /** Calls that found a connection open. */
  connectionsReused: count,
  rssBytes: count,
  /** The last second of a worker that has ended in order: everything is told. */
  last: z.boolean().optional(),
});

/** @public */
export type WorkerSecond = z.infer<typeof workerSecondSchema>;

/** Everything that a worker tells of one second. @public */
export const loadReportBatchSchema = z.object({
  worker: workerSecondSchema,
  records: z.array(loadRecordSchema),
});

/** @public */
export type LoadReportBatch = z.infer<typeof loadReportBatchSchema>;

/** @public */
export function noCounts(): LoadCounts {
  return {
    sent: 0,
    completed: 0,
    succeeded: 0,
    failed: {},
    graded: 0,
    passed: 0,
    good: 0,
    calls: 0,
    rateLimited: 0,
    heldBack: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    cost: 0,
  };
}

/** Adds counts to others. @public */
export function addCounts(target: LoadCounts, more: LoadCounts): void {
  target.sent += more.sent;
  target.completed += more.completed;
  target.succeeded += more.succeeded;
  target.graded += more.graded;
  target.passed += more.passed;
  target.good += more.good;
  target.calls += more.calls;
  target.rateLimited += more.rateLimited;
  target.heldBack += more.heldBack;
  target.inputTokens += more.inputTokens;
  target.outputTokens += more.outputTokens;
  target.cachedTokens += more.cachedTokens;
  target.cost += more.cost;
  for (const [reason, number] of Object.entries(more.failed)) {
    target.failed[reason] = (target.failed[reason] ?? 0) + number;
  }
}
