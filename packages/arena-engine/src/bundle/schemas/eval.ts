import { z } from 'zod/v4';
import { assertionSchema, manifest } from './common';

export const RECORDING_TYPES = [
  'session',
  'arena_output',
  'transcript',
  'generic',
] as const;

const recording = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'File of a saved conversation, relative to this file; *, ? and [ stand for many.',
    ),
  type: z
    .enum(RECORDING_TYPES)
    .optional()
    .describe('What wrote it; default: what the name of the file says.'),
});

export type RecordingType = (typeof RECORDING_TYPES)[number];

export const evalSpecSchema = z.strictObject({
  id: z.string().optional().describe('Has no effect beside metadata.name.'),
  description: z.string().describe('What is evaluated.'),
  recording: recording.describe('The conversations.'),
  turns: z
    .array(
      z.strictObject({
        all_turns: z
          .strictObject({ assertions: z.array(assertionSchema).nullish() })
          .nullish()
          .describe('Checks of every reply; only strict runs count them.'),
      }),
    )
    .nullish(),
  conversation_assertions: z
    .array(assertionSchema)
    .nullish()
    .describe('Checks of the whole conversation.'),
  tags: z.array(z.string()).nullish(),
  mode: z
    .enum(['instant', 'realtime', 'accelerated'])
    .optional()
    .describe('Has no effect.'),
  speed: z.number().optional().describe('Has no effect.'),
});

export type EvalSpec = z.infer<typeof evalSpecSchema>;

export const evalSchema = manifest('Eval', evalSpecSchema);
