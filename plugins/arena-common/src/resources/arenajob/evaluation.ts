import { z } from 'zod/v4';
import { group, listOf, localRef, oneOf, text } from '../fields';
import { budgetFields } from './budget';

/** @internal */
export const gateSchema = group('When the evaluation counts as passed.', {
  minPassRate: z
    .number()
    .min(0)
    .max(100)
    .meta({
      description:
        'Pass rate in percent (0 to 100) below which the job is Failed with reason TestsFailed.',
    })
    .default(100),
  baseline: group(
    'Run to compare with: an item that passed there and fails here is a regression, and the job is Failed with reason Regression.',
    {
      jobRef: localRef(
        'ArenaJob in the same namespace whose latest finished run is the baseline.',
        'Name of the ArenaJob.',
      ).optional(),
      runId: text('Id of the run that is the baseline.', {
        max: 128,
        pattern: /^[A-Za-z0-9][-A-Za-z0-9]*$/,
      }).optional(),
    },
    {
      rules: [
        {
          rule: 'has(self.jobRef) != has(self.runId)',
          message: 'exactly one of jobRef or runId must be set',
        },
      ],
    },
  ).optional(),
});

/** @internal */
export const evaluationSchema = group(
  'Settings of evaluation jobs. Allowed only when type is evaluation.',
  {
    outputFormats: listOf(
      oneOf(
        ['junit', 'json', 'csv', 'jsonl', 'html', 'markdown', 'transcripts'],
        'A result format.',
      ),
      'Result formats to write. Without it: json. The transcripts go to the output alone: the portal has them with the items.',
      { max: 7, listType: 'set' },
    ).optional(),
    gate: gateSchema.optional(),
    ...budgetFields(),
  },
);
