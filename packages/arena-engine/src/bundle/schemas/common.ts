import { z } from 'zod/v4';

/** A map with free keys and values. */
export const freeMap = z.record(z.string(), z.unknown());

export const stringMap = z.record(z.string(), z.string());

/** Go-style duration, for example `1m30s`. */
export const duration = z
  .string()
  .regex(/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/, {
    error: 'Invalid duration: allowed are values such as 500ms, 30s or 5m',
  });

const metadata = z.strictObject({
  name: z
    .string()
    .optional()
    .describe(
      'Identity of what the file holds: scenarios, providers, personas, evaluations and tools are known by it.',
    ),
  namespace: z.string().optional().describe('Has no effect in a run.'),
  labels: stringMap
    .nullish()
    .describe('Free labels; those of a scenario are copied to its results.'),
  annotations: stringMap.nullish().describe('Free notes.'),
});

/** Wraps a spec into the envelope that every file of a bundle has. */
export function manifest<K extends string, S extends z.ZodType>(
  kind: K,
  spec: S,
) {
  return z.strictObject({
    $schema: z
      .string()
      .optional()
      .describe('Address of a JSON schema, for editors.'),
    apiVersion: z
      .string()
      .describe('By convention promptkit.altairalabs.ai/v1alpha1.'),
    kind: z.literal(kind).describe('What the file holds.'),
    metadata: metadata.optional(),
    spec,
  });
}

const when = z.strictObject({
  tool_called: z.string().optional().describe('This tool was called.'),
  tool_called_pattern: z
    .string()
    .optional()
    .describe('A tool whose name matches this RE2 pattern was called.'),
  any_tool_called: z.boolean().optional().describe('Any tool was called.'),
  min_tool_calls: z
    .int()
    .optional()
    .describe('At least this many tool calls were made.'),
});

/** One check. Its type is open: unknown ones fail when they run. */
export const assertionSchema = z.strictObject({
  type: z
    .string()
    .describe(
      'Name of a check, for example contains or tools_called; `arena explain` lists them.',
    ),
  params: freeMap
    .nullish()
    .describe(
      'Parameters of the check; min_score and max_score bound its score (without them it must be 1).',
    ),
  message: z
    .string()
    .optional()
    .describe("What is reported instead of the check's own words."),
  when: when
    .nullish()
    .describe('The check is made only when all of these hold.'),
  pass_threshold: z
    .number()
    .optional()
    .describe('Has no effect: give min_score in params.'),
});

export type AssertionSpec = z.infer<typeof assertionSchema>;

/** A check that observes without deciding. */
export const evalDefSchema = z.strictObject({
  id: z.string().describe('Name of the evaluation.'),
  type: z.string().describe('Name of a check.'),
  trigger: z
    .string()
    .optional()
    .describe('When it is made; only those at the end of a session run.'),
  params: freeMap.nullish().describe('Parameters of the check.'),
  enabled: z.boolean().optional().describe('False leaves it out.'),
  sample_percentage: z
    .number()
    .optional()
    .describe('Share of sessions that are sampled, in percent.'),
  metric: freeMap.optional(),
  threshold: freeMap
    .optional()
    .describe('Bounds of a good score. It never decides about a run.'),
  message: z.string().optional(),
  description: z.string().optional(),
  when: when.nullish().describe('It is made only when all of these hold.'),
  groups: z
    .array(z.string())
    .optional()
    .describe('Free names to pick evaluations by.'),
});

export type EvalDef = z.infer<typeof evalDefSchema>;

export const toolPolicySchema = z.strictObject({
  tool_choice: z
    .enum(['auto', 'required', 'none'])
    .describe('Whether the model may, must or must not call tools.'),
  max_tool_calls_per_turn: z
    .int()
    .describe(
      'Most tool calls of one turn in strict runs; 0 sets no limit. Compatible runs are not held to it.',
    ),
  max_total_tool_calls: z
    .int()
    .describe(
      'Most tool calls of the conversation in strict runs; 0 sets no limit. Compatible runs are not held to it.',
    ),
  blocklist: z
    .array(z.string())
    .optional()
    .describe('Tools whose calls are refused.'),
  max_rounds: z
    .int()
    .optional()
    .describe(
      'Most rounds of tool calls in a turn; 50 unless it says otherwise.',
    ),
  max_cost_usd: z
    .number()
    .optional()
    .describe(
      'Most that a conversation may cost, in US dollars; 2 unless it says otherwise.',
    ),
  max_identical_tool_calls: z
    .int()
    .optional()
    .describe(
      'How often one call may be repeated; 3 unless it says otherwise.',
    ),
});

export type ToolPolicy = z.infer<typeof toolPolicySchema>;

export const capabilities = z.array(
  z.enum([
    'text',
    'streaming',
    'vision',
    'tools',
    'json',
    'audio',
    'video',
    'documents',
    'duplex',
  ]),
);
