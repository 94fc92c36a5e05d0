import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { compareOutput, compositionCheck } from './compositionCheck';
import { outputParams } from './outputParams';

export const compositionOutput: CheckDefinition = {
  type: 'composition_output',
  summary: 'The composition has an output, which is as expected.',
  reads: 'last composition',
  scoring: '1 or 0.',
  example: { contains: 'ticket' },
  params: z.strictObject(outputParams),
  prepare: params =>
    compositionCheck(params, ({ output }) =>
      output === undefined
        ? verdict(false, 'The composition has no output')
        : compareOutput('The output', output, params),
    ),
};
