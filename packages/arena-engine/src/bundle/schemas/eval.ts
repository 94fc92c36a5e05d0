import { z } from 'zod/v4';
import { assertionSchema, manifest } from './common';

export const RECORDING_TYPES = [
  'session',
  'arena_output',
  'transcript',
  'generic',
] as const;

const recording = z.strictObject({
  /** Relative to the folder of the eval's file; `*`, `?` and `[` stand for many files. */
  path: z.string().min(1),
  /** Default: what the name of the file says. */
  type: z.enum(RECORDING_TYPES).optional(),
});

export type RecordingType = (typeof RECORDING_TYPES)[number];

export const evalSpecSchema = z.strictObject({
  id: z.string().optional(),
  description: z.string(),
  recording,
  turns: z
    .array(
      z.strictObject({
        all_turns: z
          .strictObject({ assertions: z.array(assertionSchema).nullish() })
          .nullish(),
      }),
    )
    .nullish(),
  conversation_assertions: z.array(assertionSchema).nullish(),
  tags: z.array(z.string()).nullish(),
  mode: z.enum(['instant', 'realtime', 'accelerated']).optional(),
  speed: z.number().optional(),
});

export type EvalSpec = z.infer<typeof evalSpecSchema>;

export const evalSchema = manifest('Eval', evalSpecSchema);
