import { z } from 'zod/v4';
import { freeMap, manifest, stringMap } from './common';

const variableNames = z.union([z.array(z.string()), stringMap]).nullish();

export const personaSpecSchema = z.strictObject({
  id: z.string().optional().describe('Has no effect beside metadata.name.'),
  description: z.string().optional().describe('Who the persona is.'),
  goals: z
    .array(z.string())
    .nullish()
    .describe('What it wants; {{persona_goals}} in its prompt.'),
  constraints: z
    .array(z.string())
    .nullish()
    .describe('What it keeps to; {{persona_constraints}} in its prompt.'),
  style: z
    .strictObject({
      verbosity: z.enum(['short', 'medium', 'long']).optional(),
      challenge_level: z.enum(['low', 'medium', 'high']).optional(),
      friction_tags: z.array(z.string()).max(10).nullish(),
      expressive: z.union([z.boolean(), freeMap]).optional(),
      characterization_rubric: z.string().optional(),
    })
    .nullish(),
  system_template: z
    .string()
    .optional()
    .describe('What the provider that plays it is told.'),
  system_prompt: z.string().optional().describe('The same as system_template.'),
  prompt_activity: z
    .string()
    .optional()
    .describe('Deprecated: an error when the persona speaks.'),
  required_vars: variableNames.describe(
    'Variables that a scenario must give a value.',
  ),
  optional_vars: variableNames.describe(
    'Names, or names with the value that they have without another.',
  ),
  fragments: z
    .array(z.unknown())
    .max(0, { error: 'Personas have no fragments: write them out' })
    .nullish(),
  voice: z.unknown().optional(),
  defaults: z
    .strictObject({
      temperature: z.number().optional().describe('Default 0.7.'),
      seed: z.int().optional(),
    })
    .nullish(),
});

export type PersonaSpec = z.infer<typeof personaSpecSchema>;

export const personaSchema = manifest('Persona', personaSpecSchema);
