import { z } from 'zod/v4';
import { flag, group, listOf, localRef, oneOf, text } from '../fields';
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
    'Run to compare with: when the pass rate is lower here by more than chance explains, the job is Failed with reason Regression.',
    {
      previous: flag(
        'The latest run before that has verdicts and was no regression itself: of the same schedule, of the job that this one repeats, or of a job of this name.',
      ).optional(),
      jobRef: localRef(
        'ArenaJob in the same namespace whose latest run that has verdicts and was no regression is the baseline, or that of its schedule. The job itself may be gone.',
        'Name of the ArenaJob.',
      ).optional(),
      branch: text(
        'Branch or tag of the source: the latest run of the same arena file at a revision of it that has verdicts and was no regression is the baseline.',
        { max: 255 },
      ).optional(),
      runId: text(
        'Id of the run that is the baseline, however it ended. Without its results the job fails.',
        {
          max: 128,
          pattern: /^[A-Za-z0-9][-A-Za-z0-9]*$/,
        },
      ).optional(),
      significance: z
        .number()
        .min(0.0001)
        .max(0.5)
        .meta({
          description:
            'Chance of calling it a regression when nothing has changed.',
        })
        .default(0.05),
      minEffect: z
        .number()
        .min(0)
        .max(100)
        .meta({
          description:
            'Smallest loss that counts, in percentage points of the pass rate.',
        })
        .default(1),
      cells: flag(
        'Whether a single scenario on a provider that lost more than chance explains makes the run a regression as well; half of the significance is theirs then. For trials that are independent of each other.',
      ).default(false),
    },
    {
      rules: [
        {
          rule: '[has(self.previous) && self.previous, has(self.jobRef), has(self.branch), has(self.runId)].exists_one(named, named)',
          message:
            'exactly one of previous, jobRef, branch or runId must be set',
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
