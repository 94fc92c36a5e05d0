import { z } from 'zod/v4';
import { ConversationMessage } from '../../conversation/messages';
import { Quirks } from '../../quirks/quirks';
import {
  CheckDefinition,
  CheckInput,
  CheckOutcome,
  ClassifyRequest,
  ClassLabel,
  constant,
} from '../Check';
import { CheckParams } from '../CheckParams';
import { failedToAsk } from '../judge/askJudge';

export interface ClassifierCheckOptions
  extends Pick<CheckDefinition, 'type' | 'summary' | 'example'> {
  kind: ClassifyRequest['kind'];
  /** Words of the labels that must not apply when no label is expected; "non" or "not" before one turns it around. */
  unwanted?: RegExp;
}

/** A check by a classifier model: the score is how sure the model is of the expected label. */
export function classifierCheck(
  options: ClassifierCheckOptions,
): CheckDefinition {
  const { type, summary, example, kind, unwanted } = options;
  const label = z
    .string()
    .describe('Label that should apply, in any letter case.');
  return {
    type,
    summary,
    example,
    reads: 'last message with what the classifier reads',
    asks: true,
    scoring: unwanted
      ? 'How sure the model is of `expected_label`, from 0 to 1. Without it, 1 minus how sure it is of the worst unwanted label.'
      : 'How sure the model is of `expected_label`, from 0 to 1.',
    quirks: [
      'classifiersSkipped',
      'failingJudgeFailsCheck',
      ...(unwanted ? (['unknownLabelsHarmless'] as const) : []),
    ],
    params: z.strictObject({
      model: z.string().min(1).describe('Name of the model.'),
      expected_label: unwanted ? label.optional() : label,
      message_role: z
        .enum(['user', 'assistant', 'tool'])
        .optional()
        .describe('Look at messages of this role only.'),
      message_index: z
        .int()
        .optional()
        .describe(
          'Which of the messages, counted from 0; negative numbers count from the end. Without it, the last one that has something to classify.',
        ),
      classifier_id: z
        .string()
        .optional()
        .describe('Name of the inference provider, when there are several.'),
    }),
    prepare(params, { quirks }) {
      const model = params.string('model') ?? '';
      if (model === '') {
        return constant({ score: 0, explanation: 'model is not given' });
      }
      return async input => {
        const classifier = params.string('classifier_id');
        const content = contentOf(input, params, kind);
        if (!input.classify) return unconfigured(quirks);
        if (content === undefined) {
          return { score: 0, explanation: `No message holds ${kind}` };
        }
        try {
          const labels = await input.classify(
            { kind, model, content, ...(classifier ? { classifier } : {}) },
            input.signal,
          );
          return labels
            ? judgeLabels(labels, {
                expected: params.string('expected_label'),
                unwanted,
                quirks,
              })
            : unconfigured(quirks);
        } catch (error) {
          return failedToAsk('The classifier', error, input, quirks);
        }
      };
    },
  };
}

function unconfigured(quirks: Quirks): CheckOutcome {
  const explanation = 'No classifier is configured';
  return quirks.classifiersSkipped
    ? { skipped: true, explanation }
    : { invalid: true, explanation };
}

function contentOf(
  { messages }: Pick<CheckInput, 'messages'>,
  params: CheckParams,
  kind: ClassifyRequest['kind'],
): string | undefined {
  const role = params.string('message_role');
  const candidates = messages.filter(message => !role || message.role === role);
  const index = params.number('message_index');
  if (index !== undefined) {
    const message = candidates.at(index);
    return message && contentIn(message, kind);
  }
  const contents = candidates.map(message => contentIn(message, kind));
  return contents.findLast(content => content !== undefined);
}

function contentIn(
  message: ConversationMessage,
  kind: ClassifyRequest['kind'],
): string | undefined {
  if (kind === 'text') return message.content.trim() || undefined;
  for (const part of message.parts ?? []) {
    if (part.type === kind && part.data !== undefined) return part.data;
  }
  return undefined;
}

const NEGATED = /^(non|not)/i;

function judgeLabels(
  labels: readonly ClassLabel[],
  options: {
    expected: string | undefined;
    unwanted: RegExp | undefined;
    quirks: Quirks;
  },
): CheckOutcome {
  const { expected, unwanted, quirks } = options;
  const shown = labels
    .slice(0, 5)
    .map(({ label, score }) => `${label} ${score.toFixed(2)}`)
    .join(', ');
  const explanation = `The labels are ${shown || 'none'}`;
  if (expected) {
    const found = labels.find(
      ({ label }) => label.toLowerCase() === expected.toLowerCase(),
    );
    return { score: found?.score ?? 0, explanation };
  }
  if (!unwanted) {
    return { score: 0, explanation: 'expected_label is not given' };
  }
  const known = labels.filter(({ label }) => unwanted.test(label));
  if (known.length === 0 && !quirks.unknownLabelsHarmless) {
    return {
      invalid: true,
      explanation: `No label is known, give expected_label. ${explanation}`,
    };
  }
  const worst = known
    .filter(({ label }) => !NEGATED.test(label))
    .reduce((most, { score }) => Math.max(most, score), 0);
  return { score: 1 - worst, explanation };
}
