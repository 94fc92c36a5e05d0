import { z } from 'zod/v4';
import { freeMap, manifest, stringMap } from './common';

const variableNames = z.union([z.array(z.string()), stringMap]).nullish();

export const personaSpecSchema = z.strictObject({
  id: z.string().optional(),
  description: z.string().optional(),
  goals: z.array(z.string()).nullish(),
  constraints: z.array(z.string()).nullish(),
  style: z
    .strictObject({
      verbosity: z.enum(['short', 'medium', 'long']).optional(),
      challenge_level: z.enum(['low', 'medium', 'high']).optional(),
      friction_tags: z.array(z.string()).max(10).nullish(),
      expressive: z.union([z.boolean(), freeMap]).optional(),
      characterization_rubric: z.string().optional(),
    })
    .nullish(),
  system_template: z.string().optional(),
  system_prompt: z.string().optional(),
  /** Deprecated: using it is an error when the persona speaks. */
  prompt_activity: z.string().optional(),
  required_vars: variableNames,
  /** Names, or names with the value that they have without another. */
  optional_vars: variableNames,
  fragments: z
    .array(z.unknown())
    .max(0, { error: 'Personas have no fragments: write them out' })
    .nullish(),
  voice: z.unknown().optional(),
  defaults: z
    .strictObject({
      temperature: z.number().optional(),
      seed: z.int().optional(),
    })
    .nullish(),
});

export type PersonaSpec = z.infer<typeof personaSpecSchema>;

export const personaSchema = manifest('Persona', personaSpecSchema);
