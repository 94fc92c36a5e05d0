import { z } from 'zod/v4';
import { CheckDefinition, constant } from './Check';

const TYPES = [
  'text_sentiment',
  'text_toxicity',
  'audio_emotion',
  'image_moderation',
] as const;

/**
 * Checks by a classifier model. Without a configured classifier the original leaves them out and the check passes;
 * strict runs fail it, because nothing was judged.
 */
export const classifierChecks: CheckDefinition[] = TYPES.map(type => ({
  type,
  params: z.strictObject({
    model: z.string(),
    expected_label: z.string().optional(),
    message_role: z.string().optional(),
    message_index: z.int().optional(),
    classifier_id: z.string().optional(),
    threshold: z.number().optional(),
  }),
  prepare(params, { quirks }) {
    if ((params.string('model') ?? '') === '') {
      return constant({ score: 0, explanation: 'model is not given' });
    }
    const explanation = 'No classifier is configured';
    return constant(
      quirks.classifiersSkipped
        ? { skipped: true, explanation }
        : { score: 0, explanation },
    );
  },
}));
