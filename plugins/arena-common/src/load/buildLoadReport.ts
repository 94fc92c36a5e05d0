import { ArrivalSchedule } from './ArrivalSchedule';
import { auditLoad, SearchedStages } from './auditLoad';
import { evaluateLoadThresholds } from './evaluateThresholds';
import { LoadAccumulator, LoadTotals, WorkerTotals } from './LoadAccumulator';
import { figuresOf, figuresOfCounts } from './loadFigures';
import { LoadProfile } from './LoadProfile';
import {
  LOAD_REPORT_VERSION,
  LoadReport,
  LoadStageReport,
  LoadWorkerReport,
  SearchResult,
} from './LoadReport';
import { MeasuredStage, measuredTime, timeOfStage } from './MeasuredStage';

/** How the figures of a report are computed. @public */
export const LOAD_FORMULAS: Readonly<Record<string, string>> = {
  expected:
    'arrivals due in the stage; arrival n is due when the integral of the rate is n + 0.5 (constant), or reaches the n-th point of a Poisson process of rate 1',
  latency:
    'end of the last call of the system under test - intended start, of conversations that succeeded',
  serviceTime:
    'end of the last call of the system under test - real start, of conversations that succeeded',
  callLatency: 'last byte - request on the wire, of one call',
  ttft: 'first content - request on the wire, of one streamed call',
  itl: 'time between pieces of content that arrive one after the other, of streamed calls',
  tpot: '(callLatency - ttft) / (output tokens - 1), of one streamed call',
  lateness: 'real start - intended start',
  goodput:
    'conversations that succeeded, met every service level and failed no check / measured seconds, those without load left out',
  lost: 'expected until the end of the test, where that was early - sent - dropped',
  errorRate: '1 - succeeded / completed',
  percentiles:
    'of HDR histograms with three significant digits, added up over seconds, stages and workers',
};

/** @public */
export interface BuildLoadReportOptions {
  title: string;
  profile: LoadProfile;
  /** As they were run, changes included. */
  stages: readonly MeasuredStage[];
  /** Absent in a closed loop. */
  schedule?: ArrivalSchedule;
  accumulator: LoadAccumulator;
  startedAt: Date;
  /** Of a test that runs: until when everything is known. */
  elapsedMs: number;
  endedBy: LoadReport['endedBy'];
  /** When the test was ended before its last stage was, from the start: rates are of the time until then, and what was due later is not lost. */
  stoppedAtMs?: number;
  search?: SearchedStages & { result: SearchResult };
}

/**
 * Makes the report of a load test from what its workers reported. Pure: equal records give an equal report.
 *
 * @public
 */
export function buildLoadReport(options: BuildLoadReportOptions): LoadReport {
  const { profile, accumulator } = options;
  const stages = options.stages.map(stage => reportStage(stage, options));
  const measuredStages = stages.filter(({ measured }) => measured);
  const measuredMs = measuredTime(stages, ranUntilMs(options));
  const totals = accumulator.measured;
  const workers = [...accumulator.workers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([workerId, worker]) => reportWorker(workerId, worker));
  const audit = auditLoad({
    openLoop: profile.mode === 'open',
    knownUntilMs: knownUntilMs(options),
    stages,
    workers,
    search: options.search,
  });
  const ofTotals = ofSchedule(totals, {
    scheduledMs: measuredTime(stages, knownUntilMs(options)),
    durationMs: measuredMs,
    expected: options.schedule && sum(measuredStages, s => s.expected ?? 0),
    due: sum(measuredStages, stage => dueIn(stage, options)),
  });
  const thresholds = evaluateLoadThresholds(profile.thresholds, {
    totals,
    lost: ofTotals.lost,
    measuredMs,
    cost: accumulator.cost,
  });
  const figures = figuresOf(totals, measuredMs);
  return {
    version: LOAD_REPORT_VERSION,
    title: options.title,
    startedAt: options.startedAt.toISOString(),
    elapsedMs: options.elapsedMs,
    endedBy: options.endedBy,
    profile,
    formulas: { ...LOAD_FORMULAS },
    totals: {
      ...figures,
      measuredMs,
      ...ofTotals,
    },
    stages,
    providers: Object.fromEntries(
      [...accumulator.providers].map(([id, each]) => [
        id,
        figuresOf(each, measuredMs),
      ]),
    ),
    scenarios: Object.fromEntries(
      [...accumulator.scenarios].map(([id, counts]) => [
        id,
        figuresOfCounts(counts, measuredMs),
      ]),
    ),
    workers,
    cost: {
      currency: profile.budgetCurrency,
      total: accumulator.cost,
      ...(figures.completed > 0 && {
        perThousand: (figures.cost / figures.completed) * 1_000,
      }),
      ...(figures.succeeded > 0 && {
        perSuccess: figures.cost / figures.succeeded,
      }),
      ...(profile.budgetLimit !== undefined && { limit: profile.budgetLimit }),
    },
    thresholds,
    audit,
    ...(options.search && { search: options.search.result }),
    passed:
      cameToItsEnd(options) &&
      audit.verdict !== 'invalid' &&
      thresholds.every(({ passed }) => passed),
  };
}

/** What was ended early passed nothing, whatever the answers that were still to come looked like. */
function cameToItsEnd({ endedBy, search }: BuildLoadReportOptions): boolean {
  if (search) return endedBy === 'search' && search.result.rate !== undefined;
  return endedBy === 'completed';
}

/** What lies beyond is not over yet. */
function knownUntilMs({
  endedBy,
  elapsedMs,
}: Pick<BuildLoadReportOptions, 'endedBy' | 'elapsedMs'>): number {
  return endedBy === 'running' ? elapsedMs : Infinity;
}

/** Until when the test was run, as far as it is known. */
function ranUntilMs(options: BuildLoadReportOptions): number {
  const { stoppedAtMs = Infinity } = options;
  return Math.min(stoppedAtMs, knownUntilMs(options));
}

/** Arrivals of a stage that were due before the test was ended. */
function dueIn(
  { startMs, endMs }: Pick<MeasuredStage, 'startMs' | 'endMs'>,
  options: BuildLoadReportOptions,
): number {
  const { schedule } = options;
  const end = Math.min(endMs, ranUntilMs(options));
  if (!schedule || end <= startMs) return 0;
  return schedule.arrivalsUntil(end) - schedule.arrivalsUntil(startMs);
}

function reportStage(
  { index, startMs, endMs, from, to, measured }: MeasuredStage,
  options: BuildLoadReportOptions,
): LoadStageReport {
  const { accumulator, schedule } = options;
  const durationMs = timeOfStage({ startMs, endMs }, ranUntilMs(options));
  const totals = accumulator.stages.get(index) ?? new LoadTotals();
  const until = (ms: number) =>
    schedule!.arrivalsUntil(Math.min(ms, knownUntilMs(options)));
  const expected = schedule && until(endMs) - until(startMs);
  return {
    index,
    startMs,
    endMs,
    from,
    to,
    measured,
    ...figuresOf(totals, durationMs),
    ...ofSchedule(totals, {
      scheduledMs: timeOfStage({ startMs, endMs }, knownUntilMs(options)),
      durationMs,
      expected,
      due: dueIn({ startMs, endMs }, options),
    }),
  };
}

function ofSchedule(
  totals: LoadTotals,
  options: {
    scheduledMs: number;
    durationMs: number;
    expected?: number;
    /** Of the expected ones, those that were due before the test was ended. */
    due: number;
  },
) {
  const { scheduledMs, durationMs, expected, due } = options;
  const { sent } = totals.counts;
  const rate = (n: number, ms: number) => (ms > 0 ? (n * 1_000) / ms : 0);
  // What an early end dropped was due after it, and so was some that nobody had leased yet.
  const { stopped = 0, budget = 0 } = totals.dropped;
  const missing = due - sent - (totals.droppedCount - stopped - budget);
  const untold = (expected ?? 0) - sent - totals.droppedCount;
  return {
    ...(expected !== undefined && {
      expected,
      targetRate: rate(expected, scheduledMs),
    }),
    dropped: { ...totals.dropped },
    lost: Math.max(0, Math.min(missing, untold)),
    sentRate: rate(sent, durationMs),
  };
}

function reportWorker(
  workerId: string,
  worker: WorkerTotals,
): LoadWorkerReport {
  const { totals, seconds, elapsedMs, connectionsOpened, connectionsReused } =
    worker;
  const calls = connectionsOpened + connectionsReused;
  const lateness = totals.times.get('lateness')?.summary;
  return {
    workerId,
    seconds,
    lastSecond: worker.lastSecond,
    silentMs: Math.max(
      0,
      (worker.lastSecond + 1 - worker.firstSecond) * 1_000 - elapsedMs,
    ),
    ended: worker.hasEnded,
    sent: totals.counts.sent,
    dropped: { ...totals.dropped },
    ...(lateness && { lateness }),
    eventLoopDelayP99Ms: worker.eventLoopDelayP99Ms,
    eventLoopDelayMaxMs: worker.eventLoopDelayMaxMs,
    lateLoopMs: worker.lateLoopMs,
    ...(worker.loadedMs > 0 && {
      lateLoopShare: worker.lateLoopMs / worker.loadedMs,
    }),
    cpu:
      elapsedMs > 0 ? Math.max(0, worker.cpuMs - worker.spinMs) / elapsedMs : 0,
    inFlight: worker.inFlight,
    connectionsOpened,
    ...(calls > 0 && { connectionReuse: connectionsReused / calls }),
    rssBytes: worker.rssBytes,
  };
}

function sum<T>(list: readonly T[], value: (each: T) => number): number {
  return list.reduce((total, each) => total + value(each), 0);
}
