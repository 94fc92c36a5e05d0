import {
  CelRule,
  decimal,
  duration,
  flag,
  group,
  listOf,
  oneOf,
  text,
} from '../fields';

/** Metrics that a threshold may name. @public */
export const THRESHOLD_METRICS = [
  'latency_avg',
  'latency_p50',
  'latency_p90',
  'latency_p95',
  'latency_p99',
  'ttft_avg',
  'ttft_p50',
  'ttft_p90',
  'ttft_p95',
  'ttft_p99',
  'error_rate',
  'pass_rate',
  'rate_limit_rate',
  'total_cost',
] as const;

/** Metrics that a threshold of a load test may name. @public */
export const LOAD_THRESHOLD_METRICS = [
  ...THRESHOLD_METRICS,
  'itl_avg',
  'itl_p50',
  'itl_p90',
  'itl_p95',
  'itl_p99',
  'tpot_avg',
  'tpot_p50',
  'tpot_p90',
  'tpot_p95',
  'tpot_p99',
  'lateness_avg',
  'lateness_p50',
  'lateness_p90',
  'lateness_p95',
  'lateness_p99',
  'drop_rate',
  'goodput',
  'goodput_rate',
] as const;

/** Of metrics that are times; each begins one of these names. */
const TIME = 'latency_|ttft_|itl_|tpot_|lateness_';

const VALUE_FITS_METRIC: CelRule[] = [
  {
    rule: `!self.metric.matches('^(${TIME})') || self.value.matches('^([0-9]+([.][0-9]+)?(ms|s|m|h))+$') || self.value.matches('^[0-9]+([.][0-9]+)?$')`,
    message:
      'a threshold on a latency needs a duration such as 800ms or 2.5s, or a number of seconds',
    fieldPath: '.value',
  },
  {
    rule: "!self.metric.endsWith('_rate') || (self.value.matches('^[0-9]{1,12}([.][0-9]+)?$') && double(self.value) <= 1.0)",
    message: 'a threshold on a rate needs a number from 0 to 1 such as 0.05',
    fieldPath: '.value',
  },
  {
    rule: "self.metric != 'total_cost' || self.value.matches('^[0-9]{1,12}([.][0-9]+)?$')",
    message: 'a threshold on the cost needs a number such as 12.50',
    fieldPath: '.value',
  },
];

const GOODPUT_IS_A_NUMBER: CelRule = {
  rule: "self.metric != 'goodput' || self.value.matches('^[0-9]{1,12}([.][0-9]+)?$')",
  message:
    'a threshold on the goodput needs a number of requests per second such as 45',
  fieldPath: '.value',
};

const operator = oneOf(
  ['<', '>', '<=', '>='],
  'How the measured value must compare to value.',
);

/** Budget and thresholds: the same fields for every job type. @internal */
export function budgetFields() {
  return {
    ...moneyFields(),
    thresholds: listOf(
      group(
        'One service level that the run must meet.',
        {
          metric: oneOf(
            THRESHOLD_METRICS,
            'What is measured. Latencies and ttft (time to the first token) are over items, rates are shares from 0 to 1.',
          ),
          operator,
          value: text(
            'The limit: a duration or seconds for latencies, 0 to 1 for rates, an amount for total_cost.',
            { max: 32 },
          ),
        },
        { rules: VALUE_FITS_METRIC },
      ),
      'Service levels that decide the phase. One that has no data fails.',
      { max: 64 },
    ).optional(),
  };
}

/** The same of load tests, which measure more and may stop early. @internal */
export function loadBudgetFields() {
  return {
    ...moneyFields(),
    thresholds: listOf(
      group(
        'One service level that the load test must meet, warm-up left out.',
        {
          metric: oneOf(
            LOAD_THRESHOLD_METRICS,
            'What is measured. latency: from the intended start. ttft: to the first token. itl: between tokens. tpot: per output token after the first. lateness: of sending. Rates are shares from 0 to 1. goodput: good requests per second.',
          ),
          operator,
          value: text(
            'The limit: a duration or seconds for times, 0 to 1 for rates, an amount for total_cost, requests per second for goodput.',
            { max: 32 },
          ),
          abortOnFail: flag(
            'Stops the test as soon as the service level is not met.',
          ).optional(),
          delayAbortEval: duration(
            'How long the test runs before abortOnFail is looked at. Without it: at once.',
          ).optional(),
        },
        { rules: [...VALUE_FITS_METRIC, GOODPUT_IS_A_NUMBER] },
      ),
      'Service levels that decide the phase. One that has no data fails.',
      { max: 64 },
    ).optional(),
  };
}

function moneyFields() {
  return {
    budgetLimit: decimal(
      'The most that the run may spend, as a number in a string such as "25.00". Final spend never exceeds it.',
      {
        rules: [
          {
            rule: 'double(self) > 0.0',
            message: 'must be greater than 0',
          },
        ],
      },
    ).optional(),
    budgetCurrency: text(
      'Currency of budgetLimit: the currency that the prices of the providers are in. Nothing is converted.',
      {
        max: 3,
        pattern: /^[A-Z]{3}$/,
        hint: 'must be a currency code of three capital letters such as USD',
      },
    ).default('USD'),
  };
}
