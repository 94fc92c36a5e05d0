import { z } from 'zod/v4';
import { evalDefSchema, freeMap, manifest } from './common';

const variable = z.strictObject({
  name: z.string().describe('Stands in templates as {{name}}.'),
  type: z.string().optional(),
  required: z
    .boolean()
    .optional()
    .describe('Without a value, a stock prompt is used instead of this one.'),
  default: z
    .unknown()
    .optional()
    .describe('Value of a variable that is not required; a text.'),
  description: z.string().optional().describe('What the value is.'),
  example: z.unknown().optional().describe('A possible value.'),
  validation: freeMap.optional(),
  binding: freeMap.optional(),
});

const validator = z.strictObject({
  type: z
    .string()
    .describe('Name of a check, for example banned_words or max_length.'),
  params: freeMap
    .nullish()
    .describe(
      'Parameters of the check; direction is input, output (default) or both.',
    ),
  enabled: z.boolean().optional().describe('False switches the guardrail off.'),
  message: z
    .string()
    .optional()
    .describe(
      'Text that takes the place of a reply (or answers an input) that the guardrail stops.',
    ),
  fail_on_violation: z.boolean().optional().describe('Has no effect.'),
});

export type ValidatorSpec = z.infer<typeof validator>;

export const promptConfigSpecSchema = z.strictObject({
  id: z
    .string()
    .optional()
    .describe('Has no effect: prompts are found by their task_type.'),
  task_type: z.string().describe('Scenarios choose the prompt by this name.'),
  version: z.string().describe('Version of the prompt.'),
  description: z.string().describe('What the prompt is for.'),
  system_template: z
    .string()
    .describe('The system prompt, with placeholders {{name}}.'),
  variables: z.array(variable).nullish().describe('Variables of the template.'),
  fragments: z
    .array(
      z.strictObject({
        name: z.string(),
        path: z.string().optional(),
        required: z.boolean().optional(),
        description: z.string().optional(),
      }),
    )
    .nullish()
    .describe(
      'Not available in runs: a required one makes a stock prompt be used.',
    ),
  template_engine: freeMap.nullish(),
  allowed_tools: z
    .array(z.string())
    .nullish()
    .describe(
      'Tools that the model may see; a * at the end stands for any rest.',
    ),
  validators: z
    .array(validator)
    .nullish()
    .describe('Guardrails on input and replies.'),
  model_overrides: freeMap.nullish().describe('Has no effect.'),
  parameters: z
    .strictObject({
      temperature: z.number().optional(),
      max_tokens: z.int().optional(),
      top_p: z.number().optional(),
      top_k: z.int().optional(),
    })
    .nullish()
    .describe('Parameters of the model for this prompt.'),
  tool_policy: freeMap
    .nullish()
    .describe('Has no effect: set it at the scenario.'),
  evals: z
    .array(evalDefSchema)
    .nullish()
    .describe('Evaluations that a compiled pack brings along.'),
  media: freeMap.nullish(),
  metadata: freeMap.nullish(),
  compilation: freeMap.nullish(),
  tested_models: z.array(freeMap).nullish(),
});

export type PromptConfigSpec = z.infer<typeof promptConfigSpecSchema>;

export const promptConfigSchema = manifest(
  'PromptConfig',
  promptConfigSpecSchema,
);
