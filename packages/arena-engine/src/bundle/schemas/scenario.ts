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
  file_path: z.string().optional().describe('File of the bundle.'),
  url: z.string().optional().describe('Address.'),
  data: z.string().optional().describe('Content as base64.'),
  storage_reference: z.string().optional(),
  mime_type: z.string().optional().describe('For example image/png.'),
  detail: z
    .string()
    .optional()
    .describe('How closely an image is looked at: low, high or auto.'),
  caption: z.string().optional().describe('What it shows.'),
});

/** Part of a user message or of a tool's result. */
export const partSchema = z.strictObject({
  type: z.enum(['text', 'image', 'audio', 'video', 'document']),
  text: z.string().optional(),
  media: media.optional(),
});

export type ContentPart = z.infer<typeof partSchema>;

const toolFailure = z.strictObject({
  tool: z.string().describe('Name of the tool.'),
  mode: z
    .enum(['error', 'timeout', 'slow'])
    .describe('How its calls fail; slow answers two seconds late.'),
  probability: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('From 0 to 1; without it (or 0) every call fails.'),
  message: z.string().optional().describe('What the model is told.'),
});

const turn = z.strictObject({
  role: z.string().describe('user, or the id of a self-play role.'),
  content: z
    .string()
    .optional()
    .describe(
      'What the user says; {{name}} and {key} of perturbations are replaced.',
    ),
  parts: z
    .array(partSchema)
    .optional()
    .describe(
      'Parts of the message in place of content: texts, images and other media.',
    ),
  assertions: z
    .array(assertionSchema)
    .nullish()
    .describe(
      'Checks of the conversation so far. A failed one ends the conversation.',
    ),
  persona: z
    .string()
    .optional()
    .describe('Persona that speaks, in a turn of a self-play role.'),
  turns: z
    .int()
    .optional()
    .describe('Least number of exchanges of a self-play turn.'),
  max_turns: z
    .int()
    .optional()
    .describe(
      'Most exchanges of a self-play turn; the simulated user may end it before.',
    ),
  assistant_temp: z.number().optional().describe('Has no effect.'),
  user_temp: z.number().optional().describe('Has no effect.'),
  seed: z.int().optional().describe('Has no effect.'),
  streaming: z
    .boolean()
    .optional()
    .describe('Overrides the streaming of the scenario.'),
  consent_overrides: z
    .record(z.string(), z.enum(['grant', 'deny', 'timeout']))
    .optional()
    .describe('What the user answers when a tool asks for consent.'),
  chaos: z
    .strictObject({ tool_failures: z.array(toolFailure).optional() })
    .optional()
    .describe('Failures of tools that are put in.'),
  perturbations: z
    .record(z.string(), z.array(z.union([z.string(), z.number()])))
    .optional()
    .describe(
      'Values for {key} in the texts of turns; each combination is a variant.',
    ),
});

export type TurnSpec = z.infer<typeof turn>;

const relevance = z.strictObject({
  provider: z
    .enum(['openai', 'gemini', 'voyageai'])
    .describe('Whose embeddings say what is near to what.'),
  model: z.string().optional().describe('Default: a small one of theirs.'),
  min_recent_messages: z
    .int()
    .min(0)
    .optional()
    .describe('Newest messages that are kept in any case; default 3.'),
  always_keep_system_role: z
    .boolean()
    .optional()
    .describe('The system prompt is always kept.'),
  similarity_threshold: z
    .number()
    .optional()
    .describe('Less similar messages go even where they would fit.'),
  query_source: z
    .enum(['last_user', 'last_n', 'custom'])
    .optional()
    .describe('What messages are compared with; default last_user.'),
  last_n_count: z
    .int()
    .min(1)
    .optional()
    .describe('How many messages last_n has; default 3.'),
  custom_query: z.string().optional().describe('The text of custom.'),
  cache_embeddings: z
    .boolean()
    .optional()
    .describe('False asks again for each turn; default true.'),
});

export type RelevancePolicy = z.infer<typeof relevance>;

const contextPolicyFields = z.strictObject({
  token_budget: z
    .int()
    .optional()
    .describe('Tokens that a request may have; 0 is no limit.'),
  reserve_for_output: z
    .int()
    .optional()
    .describe('Tokens that are kept free for the reply.'),
  strategy: z
    .string()
    .optional()
    .describe(
      'What goes when the budget is exceeded: oldest (default), summarize, relevance, or fail.',
    ),
  cache_breakpoints: z.union([z.boolean(), z.int()]).optional(),
  relevance: relevance.nullish(),
});

export type ContextPolicy = z.infer<typeof contextPolicyFields>;

const contextPolicy = contextPolicyFields.check(({ value, issues }) => {
  const fault = (path: string[], message: string) =>
    issues.push({ code: 'custom', input: value, path, message });
  if (value.strategy === 'relevance' && !value.relevance) {
    fault(['relevance'], 'The strategy relevance needs its settings');
  }
  const { query_source: source, custom_query: query } = value.relevance ?? {};
  if (source === 'custom' && !query) {
    fault(['relevance', 'custom_query'], 'query_source custom needs a text');
  }
});

const seedMemory = z.strictObject({
  content: z.string().optional(),
  type: z.string().optional(),
  confidence: z.number().optional(),
  metadata: freeMap.nullish(),
});

const duplex = z.strictObject({
  timeout: duration.optional(),
  turn_detection: freeMap.optional(),
  resilience: freeMap.optional(),
});

export const scenarioSpecSchema = z.strictObject({
  id: z.string().optional().describe('Has no effect beside metadata.name.'),
  task_type: z
    .string()
    .optional()
    .describe('Chooses the prompt with the same task_type.'),
  description: z.string().describe('What the scenario tests.'),
  mode: z.string().optional().describe('Has no effect.'),
  turns: z.array(turn).nullish().describe('What users say, in order.'),
  conversation_assertions: z
    .array(assertionSchema)
    .nullish()
    .describe('Checks of the whole conversation.'),
  providers: z
    .array(z.string())
    .nullish()
    .describe(
      'Ids of the providers to run on; no group and no capabilities are looked at then.',
    ),
  provider_group: z
    .string()
    .optional()
    .describe(
      'Group of the providers to run on; default unless it says otherwise.',
    ),
  required_capabilities: capabilities
    .nullish()
    .describe('What a provider must be able to do.'),
  streaming: z.boolean().optional().describe('Replies are streamed.'),
  trials: z.int().min(0).optional().describe('How often each cell is run.'),
  variables: stringMap.nullish().describe("Values of the prompt's variables."),
  tool_policy: toolPolicySchema.nullish().describe('Limits of tool calls.'),
  context_policy: contextPolicy
    .nullish()
    .describe('What is left out of long conversations.'),
  context_metadata: z
    .strictObject({
      domain: z.string().optional(),
      user_role: z.string().optional(),
      project_stage: z.string().optional(),
    })
    .nullish()
    .describe('Values of {{domain}} and {{user_role}}.'),
  context: freeMap.nullish().describe('Has no effect.'),
  constraints: freeMap.nullish().describe('Has no effect.'),
  row_schema: freeMap
    .nullish()
    .describe(
      'JSON schema of the rows that are generated from the scenario, in place of that of the arena file.',
    ),
  labels: stringMap.nullish().describe('Free labels, copied to results.'),
  seed_memories: z
    .array(seedMemory)
    .nullish()
    .describe('What the memory holds at the beginning.'),
  duplex: duplex.nullish().describe('Spoken conversations are not supported.'),
  voice: z
    .string()
    .optional()
    .describe('Spoken conversations are not supported.'),
});

export type ScenarioSpec = z.infer<typeof scenarioSpecSchema>;

/** The format asks for these in a file, be they empty: nothing else tells a scenario from a mistake. */
const scenarioFileSpec = scenarioSpecSchema.check(({ value, issues }) => {
  const demand = (field: string, expected: 'string' | 'array') =>
    issues.push({
      code: 'invalid_type',
      expected,
      input: undefined,
      path: [field],
    });
  if (value.task_type === undefined) demand('task_type', 'string');
  if (value.turns === undefined) demand('turns', 'array');
});

export const scenarioSchema = manifest('Scenario', scenarioFileSpec);
