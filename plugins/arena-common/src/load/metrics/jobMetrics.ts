import { ARENA_JOB_PHASES, ArenaJobPhase } from '../../resources/arenajob';
import type { LoadReport } from '../LoadReport';
import { counter, gauge, seconds, stateSet, timeSummary } from './families';
import type { MetricFamily } from './MetricFamily';

/**
 * The metrics that the documentation of Omnia names, so that dashboards made from it find them. Unlike the others they count
 * warm-up too, where they are about the whole job.
 *
 * @internal
 */
export function jobMetrics(report: LoadReport): MetricFamily[] {
  const { stages, providers, scenarios, elapsedMs } = report;
  const sum = (value: (stage: LoadReport['stages'][number]) => number) =>
    stages.reduce((total, stage) => total + value(stage), 0);
  return [
    stateSet('arena_job_phase', 'Phase of the job, as the report judges it', {
      label: 'phase',
      states: ARENA_JOB_PHASES,
      current: phaseOf(report),
    }),
    gauge(
      'arena_job_progress_total',
      'Conversations of the job, warm-up included: expected ones, in a closed loop those that were started',
      [[{}, sum(({ expected, sent }) => expected ?? sent)]],
    ),
    gauge(
      'arena_job_progress_completed',
      'Conversations of the job that succeeded, warm-up included',
      [[{}, sum(({ succeeded }) => succeeded)]],
    ),
    gauge(
      'arena_job_progress_failed',
      'Conversations of the job that ended with an error, were not sent or got lost, warm-up included',
      [[{}, sum(failedOf)]],
    ),
    gauge(
      'arena_job_duration_seconds',
      'From the start of the load test to its last answer',
      [[{}, seconds(elapsedMs)]],
    ),
    timeSummary(
      'arena_scenario_latency_seconds',
      'Time of a conversation that succeeded, from its intended start, by provider',
      Object.entries(providers).map(([provider, { times }]) => [
        { provider },
        times.latency,
      ]),
    ),
    counter(
      'arena_scenario_tokens_total',
      'Tokens of conversations, by scenario',
      Object.entries(scenarios).flatMap(([scenario, figures]) => [
        [{ scenario, direction: 'input' }, figures.inputTokens],
        [{ scenario, direction: 'output' }, figures.outputTokens],
      ]),
    ),
  ];
}

/** As `status.progress` counts them. */
function failedOf({
  completed,
  succeeded,
  dropped,
  lost,
}: LoadReport['stages'][number]): number {
  const unsent = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return completed - succeeded + unsent + lost;
}

function phaseOf({ endedBy, passed }: LoadReport): ArenaJobPhase {
  if (endedBy === 'running') return 'Running';
  return passed ? 'Succeeded' : 'Failed';
}
