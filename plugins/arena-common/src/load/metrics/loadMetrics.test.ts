import {
  batch,
  full,
  HUNDRED,
  report,
  series,
} from '../__testUtils__/loadReports';
import { parseMetrics } from '../__testUtils__/parseMetrics';
import { noCounts } from '../LoadRecord';
import { formatMetrics, loadMetrics, MetricFamily, MetricSample } from '.';

const read = (made: Parameters<typeof loadMetrics>[0]) =>
  parseMetrics(formatMetrics(loadMetrics(made)));

function value(
  families: MetricFamily[],
  name: string,
  labels: MetricSample['labels'] = {},
  suffix?: MetricSample['suffix'],
): number | undefined {
  return families
    .find(family => family.name === name)
    ?.samples.find(
      sample =>
        sample.suffix === suffix &&
        JSON.stringify(sample.labels) === JSON.stringify(labels),
    )?.value;
}

describe('metrics of a load test', () => {
  it('are those of the report, in seconds', () => {
    const metrics = read(report(full()));
    expect(value(metrics, 'arena_load_passed')).toBe(1);
    expect(value(metrics, 'arena_load_duration_seconds')).toBe(10);
    expect(value(metrics, 'arena_load_measured_seconds')).toBe(8);
    expect(value(metrics, 'arena_load_conversations_sent_total')).toBe(800);
    expect(value(metrics, 'arena_load_conversations_expected')).toBe(800);
    expect(value(metrics, 'arena_load_good_per_second')).toBe(100);
    expect(value(metrics, 'arena_load_error_ratio')).toBe(0);
    expect(
      value(metrics, 'arena_load_run_cost_total', { currency: 'USD' }),
    ).toBeCloseTo(10, 9);
    expect(
      value(metrics, 'arena_load_latency_seconds', { quantile: '0.5' }),
    ).toBeCloseTo(0.05, 4);
    expect(value(metrics, 'arena_load_latency_seconds', {}, 'sum')).toBeCloseTo(
      40.4,
      1,
    );
    expect(value(metrics, 'arena_load_latency_seconds', {}, 'count')).toBe(800);
    expect(value(metrics, 'arena_load_audit', { verdict: 'valid' })).toBe(1);
    expect(value(metrics, 'arena_load_audit', { verdict: 'invalid' })).toBe(0);
    expect(
      value(metrics, 'arena_load_stage_conversations_sent_total', {
        stage: '0',
        measured: 'false',
      }),
    ).toBe(200);
    expect(value(metrics, 'arena_load_worker_ended', { worker: 'w1' })).toBe(1);
  });

  it('have the names that the documentation of Omnia promises', () => {
    const metrics = read(
      report([
        ...full(),
        batch(9, [
          {
            providers: { p: series([1], { succeeded: 0, failed: { x: 1 } }) },
            scenarios: {
              s: { ...noCounts(), sent: 1, inputTokens: 5, outputTokens: 7 },
            },
          },
        ]),
      ]),
    );
    const phase = (name: string) =>
      value(metrics, 'arena_job_phase', { phase: name });
    expect(phase('Running')).toBe(0);
    expect(phase('Failed')).toBe(1);
    expect(value(metrics, 'arena_job_progress_total')).toBe(1_000);
    expect(value(metrics, 'arena_job_progress_completed')).toBe(1_000);
    expect(value(metrics, 'arena_job_progress_failed')).toBe(1);
    expect(value(metrics, 'arena_job_duration_seconds')).toBe(10);
    expect(
      value(
        metrics,
        'arena_scenario_latency_seconds',
        { provider: 'p' },
        'count',
      ),
    ).toBe(801);
    expect(
      value(metrics, 'arena_scenario_tokens_total', {
        scenario: 's',
        direction: 'output',
      }),
    ).toBe(7);
  });

  it('keep names that are not words as they are', () => {
    const hostile = 'a"b\\c\nd{e="f"} 1\n# TYPE x counter';
    const metrics = read(
      report(
        [
          batch(
            3,
            [
              {
                providers: { [hostile]: series(HUNDRED) },
                scenarios: { [hostile]: { ...noCounts(), sent: 1 } },
              },
            ],
            { workerId: hostile },
          ),
        ],
        {},
        { title: hostile },
      ),
    );
    expect(
      value(metrics, 'arena_load_provider_calls_total', { provider: hostile }),
    ).toBe(100);
    expect(
      value(metrics, 'arena_load_worker_reported_seconds', { worker: hostile }),
    ).toBe(1);
  });

  it('leave out what has no value, and no name twice', () => {
    const threshold = {
      metric: 'ttft_p95',
      operator: '<',
      value: '1s',
    } as const;
    const metrics = read(report([], { thresholds: [threshold, threshold] }));
    const names = metrics.map(({ name }) => name);
    expect(names).not.toContain('arena_load_latency_seconds');
    expect(names).not.toContain('arena_load_error_ratio');
    expect(names).not.toContain('arena_load_threshold_actual');
    expect(value(metrics, 'arena_load_conversations_sent_total')).toBe(0);
    expect(
      metrics.find(({ name }) => name === 'arena_load_threshold_passed')
        ?.samples,
    ).toHaveLength(2);
  });

  it('say that a test runs', () => {
    const metrics = read(
      report(full().slice(0, 5), {}, { endedBy: 'running', elapsedMs: 5_000 }),
    );
    expect(value(metrics, 'arena_job_phase', { phase: 'Running' })).toBe(1);
    expect(value(metrics, 'arena_load_passed')).toBe(0);
  });
});
