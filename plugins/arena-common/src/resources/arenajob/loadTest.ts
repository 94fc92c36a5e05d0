import { duration, group, int32, listOf } from '../fields';
import { budgetFields } from './budget';

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
          concurrency: int32('Virtual users at the end of the stage.', {
            max: 10000,
          }).optional(),
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
    ...budgetFields(),
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
    ],
  },
);
