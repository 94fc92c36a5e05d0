import { z } from 'zod/v4';
import { duration, flag, group, int32, listOf, oneOf, text } from '../fields';
import { loadBudgetFields } from './budget';

const targetRps = (description: string) =>
  int32(description, { min: 1, max: 100000 });
const concurrency = (description: string) =>
  int32(description, { min: 1, max: 10000 });

/** @internal */
export const loadTestSchema = group(
  'Settings of load tests. Allowed only when type is loadtest.',
  {
    rampUp: duration(
      'How long arrivals ramp linearly from 0 up to targetRPS. Part of duration; a default longer than duration is cut to it.',
    ).default('30s'),
    duration: duration(
      'Total length of the test, rampUp included, for example 10m.',
      { positive: true },
    ).default('5m'),
    targetRPS: targetRps(
      'Requests per second to reach (open loop). Without it the test is closed-loop on concurrency.',
    ).optional(),
    concurrency: concurrency(
      'Conversations that a virtual user keeps in flight when the test is closed-loop.',
    ).default(1),
    vusPerWorker: concurrency('Virtual users that each worker runs.').default(
      1,
    ),
    ramp: group('Ramps by name, in place of rampUp.', {
      up: duration('How long the load rises at the start.').optional(),
      down: duration('How long the load falls at the end.').optional(),
    }).optional(),
    stages: listOf(
      group(
        'One stage: the load moves linearly from that of the stage before (0 at the start) to its target.',
        {
          duration: duration('Length of the stage.', { positive: true }),
          targetRPS: int32('Requests per second at the end of the stage.', {
            max: 100000,
          }).optional(),
          concurrency: int32(
            'Conversations that a virtual user keeps in flight at the end of the stage (closed loop).',
            { max: 10000 },
          ).optional(),
        },
        {
          rules: [
            {
              rule: 'has(self.targetRPS) != has(self.concurrency)',
              message: 'exactly one of targetRPS or concurrency must be set',
            },
          ],
        },
      ),
      'Load profile in stages. Takes the place of rampUp, duration and targetRPS.',
      {
        min: 1,
        max: 100,
        rules: [
          {
            rule: 'self.all(s, has(s.targetRPS)) || self.all(s, has(s.concurrency))',
            message:
              'all stages must be of one sort: every one with targetRPS or every one with concurrency',
          },
        ],
      },
    ).optional(),
    arrivals: oneOf(
      ['constant', 'poisson'],
      'How arrivals are spread (open loop): evenly, or at random as independent users come. Without it: constant.',
    ).optional(),
    seed: int32(
      'What random choices are made from: equal seeds give equal arrivals. Without it: 0.',
    ).optional(),
    warmUp: duration(
      'How much of the beginning is left out of all results. Part of duration, of the stages, or of the first step of a search, and shorter.',
    ).optional(),
    gracefulStop: duration(
      'How long conversations that run at the end may go on before they are cancelled. Without it: 30s.',
    ).optional(),
    maxInFlight: int32(
      'Most conversations that a worker has in flight (open loop). An arrival beyond is dropped and counted. Without it: 2000.',
      { min: 1, max: 100000 },
    ).optional(),
    exceedRateLimits: flag(
      'Sends more than the rate limits of the providers allow, to see what they do. Without it their limits hold calls back, and the audit says so.',
    ).optional(),
    mix: listOf(
      group('How often some of the scenarios and providers are taken.', {
        scenario: text(
          'Pattern of scenarios, as in scenarios.include. Without it: all.',
          { max: 512 },
        ).optional(),
        provider: text('Id of the provider. Without it: all.').optional(),
        weight: int32('Arrivals in relation to those of others; 0: none.', {
          max: 1000,
        }),
      }),
      'Weights of scenarios on providers. The first entry that fits decides; without one the weight is 1.',
      { max: 256 },
    ).optional(),
    slo: group(
      'Service level of a single request: goodput counts the requests that meet all of it and pass their checks.',
      {
        latency: duration('Longest latency from the intended start.', {
          positive: true,
        }).optional(),
        ttft: duration('Longest time to the first token.', {
          positive: true,
        }).optional(),
        itl: duration('Longest mean time between tokens.', {
          positive: true,
        }).optional(),
        tpot: duration('Longest time per output token after the first.', {
          positive: true,
        }).optional(),
      },
    ).optional(),
    sampleRate: z
      .number()
      .min(0)
      .max(1)
      .meta({
        description:
          'Share of the conversations whose checks are run, from 0 to 1. Without it: 1.',
      })
      .optional(),
    search: group(
      'Looks for the highest rate that meets slo: the rate doubles until it does not, then the interval is halved.',
      {
        startRPS: targetRps('Rate of the first step.'),
        maxRPS: targetRps('Highest rate that is tried.'),
        stepDuration: duration('Length of a step.', { positive: true }),
        precision: int32(
          'Width of the last interval, in percent of the rate found. Without it: 5.',
          { min: 1, max: 50 },
        ).optional(),
      },
      {
        rules: [
          {
            rule: 'self.startRPS <= self.maxRPS',
            message: 'must not be above maxRPS',
            fieldPath: '.startRPS',
          },
        ],
      },
    ).optional(),
    ...loadBudgetFields(),
  },
  {
    rules: [
      {
        // Neither default may make an object invalid: 30s and 5m are cut or filled instead (see effectiveLoadTest).
        rule: "self.rampUp == '30s' || self.duration == '5m' || duration(self.rampUp) <= duration(self.duration)",
        message: 'must not be longer than duration',
        fieldPath: '.rampUp',
      },
      {
        rule: "!has(self.ramp) || self.duration == '5m' || (has(self.ramp.up) ? duration(self.ramp.up) : duration('0s')) + (has(self.ramp.down) ? duration(self.ramp.down) : duration('0s')) <= duration(self.duration)",
        message: 'up and down together must not be longer than duration',
        fieldPath: '.ramp',
      },
      {
        rule: '!has(self.stages) || !has(self.targetRPS)',
        message: 'must not be set together with stages',
        fieldPath: '.targetRPS',
        reason: 'FieldValueForbidden',
      },
      {
        rule: '!has(self.stages) || !has(self.ramp)',
        message: 'must not be set together with stages',
        fieldPath: '.ramp',
        reason: 'FieldValueForbidden',
      },
      {
        rule: '!has(self.search) || !(has(self.stages) || has(self.targetRPS) || has(self.ramp))',
        message: 'must not be set together with stages, targetRPS or ramp',
        fieldPath: '.search',
        reason: 'FieldValueForbidden',
      },
      {
        rule: '!has(self.warmUp) || has(self.stages) || has(self.search) || duration(self.warmUp) < duration(self.duration)',
        message: 'must be shorter than duration',
        fieldPath: '.warmUp',
      },
      {
        rule: '!has(self.search) || has(self.slo)',
        message: 'needs slo, which says what rates are good',
        fieldPath: '.search',
      },
    ],
  },
);
