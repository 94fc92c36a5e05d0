import { z } from 'zod/v4';
import type { ArenaJobSpec } from '../resources/arenajob';
import { LOAD_THRESHOLD_METRICS } from '../resources/arenajob/budget';
import { loadTestSchema } from '../resources/arenajob/loadTest';
import { effectiveLoadTest } from '../resources/semantics/effectiveLoadTest';
import { parseDuration } from '../resources/semantics/parseDuration';
import { ArrivalSchedule } from './ArrivalSchedule';

const ms = z.number().min(0);

/** A stretch in which the load moves linearly. @public */
export const loadStageSchema = z.object({
  durationMs: ms,
  /** Requests per second (open loop), or conversations in flight per virtual user slot of a worker (closed loop). */
  from: z.number().min(0),
  to: z.number().min(0),
});

/** Longest times of a good request, in milliseconds. @public */
export const serviceLevelsSchema = z.object({
  latencyMs: ms.optional(),
  ttftMs: ms.optional(),
  itlMs: ms.optional(),
  tpotMs: ms.optional(),
});

/** @public */
export type ServiceLevels = z.infer<typeof serviceLevelsSchema>;

/** A threshold of a load test, with its times in milliseconds. @public */
export const loadThresholdSchema = z.object({
  metric: z.enum(LOAD_THRESHOLD_METRICS),
  operator: z.enum(['<', '>', '<=', '>=']),
  /** As written: a duration or seconds for times. */
  value: z.string(),
  abortOnFail: z.boolean().optional(),
  /** From the start of the test. */
  delayAbortEvalMs: ms.optional(),
});

/** @public */
export type LoadThreshold = z.infer<typeof loadThresholdSchema>;

/** Settings of the search for the highest good rate. @public */
export const loadSearchSchema = z.object({
  startRPS: z.int().min(1),
  maxRPS: z.int().min(1),
  stepDurationMs: z.number().positive(),
  /** From 0 to 1. */
  precision: z.number().positive(),
});

/** @public */
export type LoadSearch = z.infer<typeof loadSearchSchema>;

/**
 * A load test as it is run: everything that its schedule and its judgement follow from. Pinned with the run.
 *
 * @public
 */
export const loadProfileSchema = z.object({
  /** `open`: arrivals at a rate, whatever the answers take. `closed`: conversations in flight. */
  mode: z.enum(['open', 'closed']),
  stages: z.array(loadStageSchema).min(1),
  arrivals: z.enum(['constant', 'poisson']),
  seed: z.int(),
  /** Stages begin and end here too: what is due before is not measured. */
  warmUpMs: ms,
  gracefulStopMs: ms,
  /** Closed loop: conversations of a worker for each unit of a stage's load. */
  vusPerWorker: z.int().min(1),
  /** Of a worker, open loop. */
  maxInFlight: z.int().min(1),
  exceedRateLimits: z.boolean(),
  mix: z.array(
    z.object({
      scenario: z.string().optional(),
      provider: z.string().optional(),
      weight: z.int().min(0),
    }),
  ),
  slo: serviceLevelsSchema,
  /** Share of conversations whose checks are run. */
  sampleRate: z.number().min(0).max(1),
  thresholds: z.array(loadThresholdSchema),
  /** In the currency of the providers' prices. */
  budgetLimit: z.number().positive().optional(),
  budgetCurrency: z.string(),
  search: loadSearchSchema.optional(),
});

/** @public */
export type LoadProfile = z.infer<typeof loadProfileSchema>;

const DEFAULT_GRACEFUL_STOP = '30s';
const DEFAULT_MAX_IN_FLIGHT = 2_000;
const DEFAULT_PRECISION = 5;

/**
 * What the settings of an admitted load test mean.
 *
 * @param given - absent: all defaults
 *
 * @throws InputError when a duration cannot be read
 * @public
 */
export function loadProfileOf(given: ArenaJobSpec['loadTest']): LoadProfile {
  const spec = given ?? loadTestSchema.parse({});
  const { search } = spec;
  const effective = search
    ? {
        openLoop: true,
        stages: [
          {
            durationMs: parseDuration(search.stepDuration),
            from: search.startRPS,
            to: search.startRPS,
          },
        ],
      }
    : effectiveLoadTest(spec);
  const optional = (text: string | undefined) =>
    text === undefined ? undefined : parseDuration(text);
  return {
    mode: effective.openLoop ? 'open' : 'closed',
    stages: effective.stages,
    arrivals: spec.arrivals ?? 'constant',
    seed: spec.seed ?? 0,
    warmUpMs: optional(spec.warmUp) ?? 0,
    gracefulStopMs: parseDuration(spec.gracefulStop ?? DEFAULT_GRACEFUL_STOP),
    vusPerWorker: spec.vusPerWorker,
    maxInFlight: spec.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
    exceedRateLimits: spec.exceedRateLimits ?? false,
    mix: spec.mix ?? [],
    slo: {
      latencyMs: optional(spec.slo?.latency),
      ttftMs: optional(spec.slo?.ttft),
      itlMs: optional(spec.slo?.itl),
      tpotMs: optional(spec.slo?.tpot),
    },
    sampleRate: spec.sampleRate ?? 1,
    thresholds: (spec.thresholds ?? []).map(
      ({ delayAbortEval, ...threshold }) => ({
        ...threshold,
        delayAbortEvalMs: optional(delayAbortEval),
      }),
    ),
    budgetLimit:
      spec.budgetLimit === undefined ? undefined : Number(spec.budgetLimit),
    budgetCurrency: spec.budgetCurrency,
    search: search && {
      startRPS: search.startRPS,
      maxRPS: search.maxRPS,
      stepDurationMs: parseDuration(search.stepDuration),
      precision: (search.precision ?? DEFAULT_PRECISION) / 100,
    },
  };
}

/** The schedule of an open-loop profile. @public */
export function scheduleOf(
  profile: Pick<LoadProfile, 'stages' | 'arrivals' | 'seed'>,
): ArrivalSchedule {
  return new ArrivalSchedule(profile);
}
