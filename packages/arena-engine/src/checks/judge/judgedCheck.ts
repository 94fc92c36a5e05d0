import { z } from 'zod/v4';
import { CheckDefinition, CheckInput, CheckOutcome } from '../Check';
import { CheckParams } from '../CheckParams';
import { rejectThresholds } from '../rejectThresholds';
import { requireOneOf } from '../schemas';
import { Quirks } from '../../quirks/quirks';
import { askJudge, JudgeQuestion } from './askJudge';
import { judgeParams } from './judgeParams';

export interface JudgedCheckOptions
  extends Pick<
    CheckDefinition,
    'type' | 'aliases' | 'summary' | 'reads' | 'example' | 'quirks'
  > {
  /** Beside those of all judges. */
  params?: z.ZodRawShape;
  /** Groups of parameters of which one is required. */
  required?: readonly string[][];
  /** Added to how the score comes about. */
  scoring?: string;
  /** What to ask, or the outcome when there is nothing to ask. */
  question(
    input: CheckInput,
    params: CheckParams,
    quirks: Quirks,
  ): JudgeQuestion | CheckOutcome;
}

/** A check that puts one question to a judge. */
export function judgedCheck(options: JudgedCheckOptions): CheckDefinition {
  const { type, aliases, summary, reads, example, required = [] } = options;
  return {
    type,
    ...(aliases ? { aliases } : {}),
    summary,
    reads,
    asks: true,
    example,
    scoring: ['The score that the judge gives.', options.scoring]
      .filter(Boolean)
      .join(' '),
    quirks: [
      'judgeNameIgnored',
      'missingJudgeScoresZero',
      'unclearJudgementScores',
      'scoresClamped',
      'failingJudgeFailsCheck',
      ...(options.quirks ?? []),
    ],
    params: required.reduce<z.ZodType>(
      (schema, names) => requireOneOf(schema, ...names),
      z.strictObject({ ...options.params, ...judgeParams }),
    ),
    prepare: (params, { quirks }) =>
      rejectThresholds(params) ??
      (async input => {
        const question = options.question(input, params, quirks);
        return 'task' in question
          ? askJudge(input, question, params, quirks)
          : question;
      }),
  };
}
