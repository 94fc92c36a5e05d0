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
  name: z.string().optional(),
  namespace: z.string().optional(),
  labels: stringMap.nullish(),
  annotations: stringMap.nullish(),
});

/** Wraps a spec into the envelope that every file of a bundle has. */
export function manifest<K extends string, S extends z.ZodType>(
  kind: K,
  spec: S,
) {
  return z.strictObject({
    $schema: z.string().optional(),
    apiVersion: z.string(),
    kind: z.literal(kind),
    metadata: metadata.optional(),
    spec,
  });
}

const when = z.strictObject({
  tool_called: z.string().optional(),
  tool_called_pattern: z.string().optional(),
  any_tool_called: z.boolean().optional(),
  min_tool_calls: z.int().optional(),
});

/** One check. Its type is open: unknown ones fail when they run. */
export const assertionSchema = z.strictObject({
  type: z.string(),
  params: freeMap.nullish(),
  message: z.string().optional(),
  when: when.nullish(),
  pass_threshold: z.number().optional(),
});

export type AssertionSpec = z.infer<typeof assertionSchema>;

/** A check that observes without deciding. */
export const evalDefSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  trigger: z.string().optional(),
  params: freeMap.nullish(),
  enabled: z.boolean().optional(),
  sample_percentage: z.number().optional(),
  metric: freeMap.optional(),
  threshold: freeMap.optional(),
  message: z.string().optional(),
  description: z.string().optional(),
  when: when.nullish(),
  groups: z.array(z.string()).optional(),
});

export const toolPolicySchema = z.strictObject({
  tool_choice: z.enum(['auto', 'required', 'none']),
  max_tool_calls_per_turn: z.int(),
  max_total_tool_calls: z.int(),
  blocklist: z.array(z.string()).optional(),
  max_rounds: z.int().optional(),
  max_cost_usd: z.number().optional(),
  max_identical_tool_calls: z.int().optional(),
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
