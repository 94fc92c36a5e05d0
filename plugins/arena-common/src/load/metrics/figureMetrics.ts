import { LOAD_TIMES, LoadTime } from '../LoadRecord';
import type { LoadFigures } from '../LoadReport';
import { counter, gauge, Labelled, Labels, timeSummary } from './families';
import type { MetricFamily } from './MetricFamily';

const COUNTS = [
  ['sent', 'conversations_sent', 'Conversations that were started'],
  ['completed', 'conversations_completed', 'Conversations that ended'],
  [
    'succeeded',
    'conversations_succeeded',
    'Conversations that ended without an error',
  ],
  ['graded', 'conversations_graded', 'Conversations whose checks were run'],
  [
    'passed',
    'conversations_passed',
    'Graded conversations without a failed check',
  ],
  [
    'good',
    'conversations_good',
    'Conversations that succeeded, met every service level and failed no check',
  ],
  ['calls', 'calls', 'Calls of the system under test'],
  [
    'rateLimited',
    'calls_rate_limited',
    'Calls that were refused for too high a rate',
  ],
  [
    'heldBack',
    'calls_held_back',
    'Calls that limits of the provider specification held back on this side',
  ],
] as const satisfies ReadonlyArray<
  readonly [keyof LoadFigures, string, string]
>;

const SHARES = [
  ['errorRate', 'error_ratio', '1 - succeeded / completed'],
  ['passRate', 'pass_ratio', 'passed / graded'],
  ['rateLimitRate', 'rate_limited_ratio', 'rate limited calls / calls'],
  ['goodputRate', 'good_ratio', 'good / completed'],
  ['goodput', 'good_per_second', 'Good conversations per measured second'],
  [
    'throughput',
    'completed_per_second',
    'Completed conversations per measured second',
  ],
  [
    'outputTokensPerSecond',
    'output_tokens_per_second',
    'Output tokens per measured second',
  ],
] as const satisfies ReadonlyArray<
  readonly [keyof LoadFigures, string, string]
>;

const TIMES: Readonly<Record<LoadTime, readonly [string, string]>> = {
  latency: [
    'latency_seconds',
    'Intended start of a conversation to the end of its last call of the system under test, of those that succeeded',
  ],
  serviceTime: [
    'service_time_seconds',
    'Real start of a conversation to the end of its last call of the system under test, of those that succeeded',
  ],
  callLatency: [
    'call_latency_seconds',
    'Request on the wire to the last byte, of one call',
  ],
  ttft: [
    'time_to_first_token_seconds',
    'Request on the wire to the first content, of one streamed call',
  ],
  itl: [
    'inter_token_latency_seconds',
    'Between pieces of content that arrive one after the other, of streamed calls',
  ],
  tpot: [
    'time_per_output_token_seconds',
    'Time after the first content for each further output token, of one streamed call',
  ],
  lateness: ['lateness_seconds', 'Intended to real start of a conversation'],
};

/**
 * The figures of something as metrics; those of several, told apart by labels, are families together.
 *
 * @param prefix - of the names, with its underscore
 * @internal
 */
export function figureMetrics(
  prefix: string,
  of: ReadonlyArray<readonly [Labels, LoadFigures]>,
): MetricFamily[] {
  const each = <T>(
    value: (figures: LoadFigures) => T | undefined,
  ): Array<Labelled<T>> =>
    of.map(([labels, figures]) => [labels, value(figures)]);
  return [
    ...COUNTS.map(([key, name, help]) =>
      counter(
        `${prefix}${name}_total`,
        help,
        each(figures => figures[key]),
      ),
    ),
    counter(
      `${prefix}conversations_failed_total`,
      'Conversations that ended with an error, by class',
      countsBy(
        'class',
        of.map(([labels, { failed }]) => [labels, failed]),
      ),
    ),
    counter(
      `${prefix}tokens_total`,
      'Tokens; cached ones are input tokens too',
      of.flatMap(([labels, figures]) => [
        [{ ...labels, direction: 'input' }, figures.inputTokens],
        [{ ...labels, direction: 'output' }, figures.outputTokens],
        [{ ...labels, direction: 'cached' }, figures.cachedTokens],
      ]),
    ),
    counter(
      `${prefix}cost_total`,
      'Cost in the currency of the prices',
      each(({ cost }) => cost),
    ),
    ...SHARES.map(([key, name, help]) =>
      gauge(
        `${prefix}${name}`,
        help,
        each(figures => figures[key]),
      ),
    ),
    ...LOAD_TIMES.map(time => {
      const [name, help] = TIMES[time];
      return timeSummary(
        `${prefix}${name}`,
        help,
        each(({ times }) => times[time]),
      );
    }),
  ];
}

/**
 * A sample for each entry of some records of counts.
 *
 * @internal
 */
export function countsBy(
  label: string,
  of: ReadonlyArray<readonly [Labels, Readonly<Record<string, number>>]>,
): Array<Labelled<number>> {
  return of.flatMap(([labels, counts]) =>
    Object.entries(counts).map(
      ([key, count]): Labelled<number> => [{ ...labels, [label]: key }, count],
    ),
  );
}
