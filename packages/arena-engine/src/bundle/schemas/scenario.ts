import { z } from 'zod/v4';
import {
  assertionSchema,
  capabilities,
  duration,
  freeMap,
  manifest,
  stringMap,
  toolPolicySchema,
} from './common';

const media = z.strictObject({
  file_path: z.string().optional(),
  url: z.string().optional(),
  data: z.string().optional(),
  storage_reference: z.string().optional(),
  mime_type: z.string().optional(),
  detail: z.string().optional(),
  caption: z.string().optional(),
});

/** Part of a user message or of a tool's result. */
export const partSchema = z.strictObject({
  type: z.enum(['text', 'image', 'audio', 'video', 'document']),
  text: z.string().optional(),
  media: media.optional(),
});

export type ContentPart = z.infer<typeof partSchema>;

const toolFailure = z.strictObject({
  tool: z.string(),
  mode: z.enum(['error', 'timeout', 'slow']),
  probability: z.number().min(0).max(1).optional(),
  message: z.string().optional(),
});

const turn = z.strictObject({
  role: z.string(),
  content: z.string().optional(),
  parts: z.array(partSchema).optional(),
  assertions: z.array(assertionSchema).nullish(),
  persona: z.string().optional(),
  turns: z.int().optional(),
  max_turns: z.int().optional(),
  assistant_temp: z.number().optional(),
  user_temp: z.number().optional(),
  seed: z.int().optional(),
  streaming: z.boolean().optional(),
  consent_overrides: z
    .record(z.string(), z.enum(['grant', 'deny', 'timeout']))
    .optional(),
  chaos: z
    .strictObject({ tool_failures: z.array(toolFailure).optional() })
    .optional(),
  perturbations: z
    .record(z.string(), z.array(z.union([z.string(), z.number()])))
    .optional(),
});

export type TurnSpec = z.infer<typeof turn>;

const contextPolicy = z.strictObject({
  token_budget: z.int().optional(),
  reserve_for_output: z.int().optional(),
  strategy: z.string().optional(),
  cache_breakpoints: z.union([z.boolean(), z.int()]).optional(),
  relevance: freeMap.optional(),
});

export type ContextPolicy = z.infer<typeof contextPolicy>;

const duplex = z.strictObject({
  timeout: duration.optional(),
  turn_detection: freeMap.optional(),
  resilience: freeMap.optional(),
});

export const scenarioSpecSchema = z.strictObject({
  id: z.string().optional(),
  task_type: z.string().optional(),
  description: z.string(),
  mode: z.string().optional(),
  turns: z.array(turn).nullish(),
  conversation_assertions: z.array(assertionSchema).nullish(),
  providers: z.array(z.string()).nullish(),
  provider_group: z.string().optional(),
  required_capabilities: capabilities.nullish(),
  streaming: z.boolean().optional(),
  trials: z.int().min(0).optional(),
  variables: stringMap.nullish(),
  tool_policy: toolPolicySchema.nullish(),
  context_policy: contextPolicy.nullish(),
  context_metadata: z
    .strictObject({
      domain: z.string().optional(),
      user_role: z.string().optional(),
      project_stage: z.string().optional(),
    })
    .nullish(),
  context: freeMap.nullish(),
  constraints: freeMap.nullish(),
  labels: stringMap.nullish(),
  seed_memories: z.array(freeMap).nullish(),
  duplex: duplex.nullish(),
  voice: z.string().optional(),
});

export type ScenarioSpec = z.infer<typeof scenarioSpecSchema>;

export const scenarioSchema = manifest('Scenario', scenarioSpecSchema);
