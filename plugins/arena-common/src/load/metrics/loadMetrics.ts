import { auditVerdictSchema, LoadReport } from '../LoadReport';
import {
  counter,
  gauge,
  Labelled,
  seconds,
  stateSet,
  timeSummary,
} from './families';
import { countsBy, figureMetrics } from './figureMetrics';
import { jobMetrics } from './jobMetrics';
import type { MetricFamily } from './MetricFamily';

/**
 * The report of a load test as metrics, in base units. Names without `provider`, `scenario`, `stage` or `worker` are of all measured stages.
 *
 * @public
 */
export function loadMetrics(report: LoadReport): MetricFamily[] {
  return [
    ...testMetrics(report),
    ...figureMetrics('arena_load_', [[{}, report.totals]]),
    ...scheduleMetrics('arena_load_', [[{}, report.totals]]),
    ...figureMetrics(
      'arena_load_provider_',
      Object.entries(report.providers).map(([provider, figures]) => [
        { provider },
        figures,
      ]),
    ),
    ...figureMetrics(
      'arena_load_scenario_',
      Object.entries(report.scenarios).map(([scenario, figures]) => [
        { scenario },
        figures,
      ]),
    ),
    ...stageMetrics(report),
    ...workerMetrics(report),
    ...jobMetrics(report),
  ];
}

function testMetrics(report: LoadReport): MetricFamily[] {
  const { cost, thresholds, search, totals } = report;
  const { currency } = cost;
  const ofThresholds = (
    value: (threshold: LoadReport['thresholds'][number]) => number | undefined,
  ) =>
    thresholds.map((threshold, index): Labelled<number> => {
      const { metric, operator, value: limit } = threshold;
      // The index tells those apart that say the same.
      const labels = { threshold: String(index), metric, operator, limit };
      return [labels, value(threshold)];
    });
  return [
    gauge('arena_load_info', 'What was tested, and how it ended; always 1', [
      [
        {
          title: report.title,
          mode: report.profile.mode,
          ended_by: report.endedBy,
        },
        1,
      ],
    ]),
    gauge('arena_load_passed', '1 when the load test passed', [
      [{}, Number(report.passed)],
    ]),
    stateSet('arena_load_audit', 'Whether the figures can be believed', {
      label: 'verdict',
      states: auditVerdictSchema.options,
      current: report.audit.verdict,
    }),
    gauge('arena_load_start_time_seconds', 'Start, since the Unix epoch', [
      [{}, seconds(Date.parse(report.startedAt))],
    ]),
    gauge('arena_load_duration_seconds', 'From the start to the last answer', [
      [{}, seconds(report.elapsedMs)],
    ]),
    gauge('arena_load_measured_seconds', 'Time of all measured stages', [
      [{}, seconds(totals.measuredMs)],
    ]),
    counter('arena_load_run_cost_total', 'Cost of the run, warm-up included', [
      [{ currency }, cost.total],
    ]),
    gauge('arena_load_run_cost_limit', 'Budget of the run', [
      [{ currency }, cost.limit],
    ]),
    gauge(
      'arena_load_threshold_passed',
      '1 when the threshold is met',
      ofThresholds(({ passed }) => Number(passed)),
    ),
    gauge(
      'arena_load_threshold_actual',
      'What is compared with the threshold, in the unit of its metric; none without data',
      ofThresholds(({ actual }) => actual),
    ),
    gauge(
      'arena_load_search_rate',
      'Highest rate per second that met the service levels; none when no rate did',
      [[{}, search?.rate]],
    ),
  ];
}

/** What became of the schedule, of the whole test or of its stages. */
function scheduleMetrics(
  prefix: string,
  of: ReadonlyArray<
    readonly [
      Labelled<number>[0],
      Pick<
        LoadReport['totals'],
        'expected' | 'dropped' | 'lost' | 'targetRate' | 'sentRate'
      >,
    ]
  >,
): MetricFamily[] {
  return [
    gauge(
      `${prefix}conversations_expected`,
      'Arrivals of the schedule; none in a closed loop',
      of.map(([labels, { expected }]) => [labels, expected]),
    ),
    counter(
      `${prefix}conversations_dropped_total`,
      'Arrivals that were not sent, by reason',
      countsBy(
        'reason',
        of.map(([labels, { dropped }]) => [labels, dropped]),
      ),
    ),
    counter(
      `${prefix}conversations_lost_total`,
      'Arrivals of which no worker told anything',
      of.map(([labels, { lost }]) => [labels, lost]),
    ),
    gauge(
      `${prefix}target_per_second`,
      'Arrivals of the schedule per second; none in a closed loop',
      of.map(([labels, { targetRate }]) => [labels, targetRate]),
    ),
    gauge(
      `${prefix}sent_per_second`,
      'Conversations that were started per second',
      of.map(([labels, { sentRate }]) => [labels, sentRate]),
    ),
  ];
}

function stageMetrics({ stages }: LoadReport): MetricFamily[] {
  const of = stages.map(stage => {
    const labels = {
      stage: String(stage.index),
      measured: String(stage.measured),
    };
    return [labels, stage] as const;
  });
  return [
    gauge(
      'arena_load_stage_start_seconds',
      'From the start of the test',
      of.map(([labels, { startMs }]) => [labels, seconds(startMs)]),
    ),
    gauge(
      'arena_load_stage_end_seconds',
      'From the start of the test',
      of.map(([labels, { endMs }]) => [labels, seconds(endMs)]),
    ),
    ...figureMetrics('arena_load_stage_', of),
    ...scheduleMetrics('arena_load_stage_', of),
  ];
}

function workerMetrics({ workers }: LoadReport): MetricFamily[] {
  const each = <T>(
    value: (worker: LoadReport['workers'][number]) => T | undefined,
  ) =>
    workers.map(
      (worker): Labelled<T> => [{ worker: worker.workerId }, value(worker)],
    );
  const prefix = 'arena_load_worker_';
  return [
    counter(
      `${prefix}conversations_sent_total`,
      'Conversations that the worker started in measured stages',
      each(({ sent }) => sent),
    ),
    counter(
      `${prefix}conversations_dropped_total`,
      'Arrivals that the worker did not send, by reason',
      countsBy(
        'reason',
        workers.map(({ workerId, dropped }) => [{ worker: workerId }, dropped]),
      ),
    ),
    gauge(
      `${prefix}reported_seconds`,
      'Seconds that the worker reported',
      each(worker => worker.seconds),
    ),
    gauge(
      `${prefix}silent_seconds`,
      'Time between the first and the last second of the worker that no record covers',
      each(({ silentMs }) => seconds(silentMs)),
    ),
    gauge(
      `${prefix}ended`,
      '1 when the worker ended in order',
      each(({ ended }) => Number(ended)),
    ),
    timeSummary(
      `${prefix}lateness_seconds`,
      'Intended to real start of a conversation',
      each(({ lateness }) => lateness),
    ),
    gauge(
      `${prefix}event_loop_delay_p99_seconds`,
      'Delay of the event loop at the 99th percentile, of the worst second',
      each(({ eventLoopDelayP99Ms }) => seconds(eventLoopDelayP99Ms)),
    ),
    gauge(
      `${prefix}event_loop_delay_max_seconds`,
      'Longest delay of the event loop',
      each(({ eventLoopDelayMaxMs }) => seconds(eventLoopDelayMaxMs)),
    ),
    gauge(
      `${prefix}event_loop_late_ratio`,
      'Share of the time in measured stages in which the event loop was late',
      each(({ lateLoopShare }) => lateLoopShare),
    ),
    gauge(
      `${prefix}cpu_ratio`,
      'Share of one core',
      each(({ cpu }) => cpu),
    ),
    gauge(
      `${prefix}in_flight`,
      'Largest number of conversations in flight',
      each(({ inFlight }) => inFlight),
    ),
    counter(
      `${prefix}connections_opened_total`,
      'Connections that were opened',
      each(({ connectionsOpened }) => connectionsOpened),
    ),
    gauge(
      `${prefix}connection_reuse_ratio`,
      'Share of calls that found a connection open',
      each(({ connectionReuse }) => connectionReuse),
    ),
    gauge(
      `${prefix}resident_memory_bytes`,
      'Largest resident memory',
      each(({ rssBytes }) => rssBytes),
    ),
  ];
}
