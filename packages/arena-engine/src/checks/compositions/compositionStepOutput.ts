import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { compareOutput, compositionCheck } from './compositionCheck';
import { outputParams } from './outputParams';

export const compositionStepOutput: CheckDefinition = {
  type: 'composition_step_output',
  summary: 'The step has an output, which is as expected.',
  reads: 'last composition',
  scoring: '1 or 0.',
  example: { step: 'classify', contains: 'urgent' },
  params: z.strictObject({
    step: z.string().describe('Id of the step.'),
    ...outputParams,
  }),
  prepare(params) {
    const step = params.string('step') ?? '';
    return compositionCheck(params, ({ steps }) =>
      steps.has(step)
        ? compareOutput(`The output of ${step}`, steps.get(step), params)
        : verdict(false, `The step ${step} has no output`),
    );
  },
};
