import { z } from 'zod/v4';
import { evalDefSchema, freeMap, manifest } from './common';

const variable = z.strictObject({
  name: z.string(),
  type: z.string().optional(),
  required: z.boolean().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  example: z.unknown().optional(),
  validation: freeMap.optional(),
  binding: freeMap.optional(),
});

const validator = z.strictObject({
  type: z.string(),
  params: freeMap.nullish(),
  enabled: z.boolean().optional(),
  message: z.string().optional(),
  fail_on_violation: z.boolean().optional(),
});

export type ValidatorSpec = z.infer<typeof validator>;

export const promptConfigSpecSchema = z.strictObject({
  id: z.string().optional(),
  task_type: z.string(),
  version: z.string(),
  description: z.string(),
  system_template: z.string(),
  variables: z.array(variable).nullish(),
  fragments: z
    .array(
      z.strictObject({
        name: z.string(),
        path: z.string().optional(),
        required: z.boolean().optional(),
        description: z.string().optional(),
      }),
    )
    .nullish(),
  template_engine: freeMap.nullish(),
  allowed_tools: z.array(z.string()).nullish(),
  validators: z.array(validator).nullish(),
  model_overrides: freeMap.nullish(),
  parameters: z
    .strictObject({
      temperature: z.number().optional(),
      max_tokens: z.int().optional(),
      top_p: z.number().optional(),
      top_k: z.int().optional(),
    })
    .nullish(),
  tool_policy: freeMap.nullish(),
  evals: z.array(evalDefSchema).nullish(),
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
