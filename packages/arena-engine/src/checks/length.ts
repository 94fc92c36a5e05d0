import { z } from 'zod/v4';
import { byteLength } from '../text/goText';
import { CheckDefinition, constant } from './Check';

const count = z.number().positive().optional();

export const minLength: CheckDefinition = {
  type: 'min_length',
  params: z
    .strictObject({ min: count, min_characters: count, min_chars: count })
    .refine(value => Object.values(value).some(entry => entry !== undefined), {
      error: 'One of min, min_characters or min_chars is required',
    }),
  prepare(params) {
    const min = params.limit('min', 'min_characters', 'min_chars');
    if (min === undefined) {
      return constant({ score: 1, explanation: 'No minimum is given' });
    }
    return ({ output }) => {
      const length = byteLength(output);
      return {
        score: Math.min(1, length / min),
        explanation: `The reply has ${length} bytes, the minimum is ${min}`,
      };
    };
  },
};

export const maxLength: CheckDefinition = {
  type: 'max_length',
  aliases: ['length'],
  params: z
    .strictObject({
      max: count,
      max_characters: count,
      max_chars: count,
      max_tokens: count,
    })
    .refine(value => Object.values(value).some(entry => entry !== undefined), {
      error: 'One of max, max_characters, max_chars or max_tokens is required',
    }),
  prepare(params) {
    const max = params.limit('max', 'max_characters', 'max_chars');
    const maxTokens = params.limit('max_tokens');
    if (max === undefined && maxTokens === undefined) {
      return constant({ score: 0, explanation: 'No maximum is given' });
    }
    return ({ output }) => {
      const length = byteLength(output);
      const tokens = Math.floor(length / 4);
      const score = Math.min(
        1,
        max === undefined || length === 0 ? 1 : max / length,
        maxTokens === undefined || tokens === 0 ? 1 : maxTokens / tokens,
      );
      return {
        score,
        explanation:
          max === undefined
            ? `The reply has about ${tokens} tokens, the maximum is ${maxTokens}`
            : `The reply has ${length} bytes, the maximum is ${max}`,
      };
    };
  },
};

/** Counts sentences. The original only reports them; strict runs hold the reply to the maximum. */
export const sentenceCount: CheckDefinition = {
  type: 'sentence_count',
  aliases: ['max_sentences'],
  params: z.strictObject({ max: z.number().positive() }),
  prepare(params, { quirks }) {
    const max = params.limit('max');
    return ({ output }) => {
      const sentences = output
        .split(/[.!?]+(?:\s|$)/)
        .filter(sentence => sentence.trim() !== '').length;
      return {
        score:
          quirks.sentencesNeverFail || max === undefined || sentences === 0
            ? 1
            : Math.min(1, max / sentences),
        explanation: `The reply has ${sentences} sentences`,
      };
    };
  },
};
