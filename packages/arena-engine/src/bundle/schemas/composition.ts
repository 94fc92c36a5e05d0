import { z } from 'zod/v4';
import { freeMap } from './common';

export const PREDICATE_OPERATORS = [
  'equals',
  'not_equals',
  'in',
  'not_in',
  'less_than',
  'less_than_or_equals',
  'greater_than',
  'greater_than_or_equals',
] as const;

/** A condition: a comparison, a test for existence, or a combination of conditions. */
export interface PredicateSpec {
  path?: string;
  op?: (typeof PREDICATE_OPERATORS)[number];
  value?: unknown;
  exists?: boolean;
  all_of?: PredicateSpec[];
  any_of?: PredicateSpec[];
  not?: PredicateSpec;
}

const predicate: z.ZodType<PredicateSpec> = z.lazy(() =>
  z.object({
    path: z.string().optional(),
    op: z.enum(PREDICATE_OPERATORS).optional(),
    value: z.unknown().optional(),
    exists: z.boolean().optional(),
    all_of: z.array(predicate).optional(),
    any_of: z.array(predicate).optional(),
    not: predicate.optional(),
  }),
);

const modifiers = z.object({
  retry: z.object({ max_attempts: z.int().min(0).optional() }).nullish(),
});

/** Fields of steps that call a model or a tool. */
const leafFields = {
  id: z.string(),
  description: z.string().optional(),
  prompt_task: z.string().optional(),
  /** What the model is asked; the user's text unless it says otherwise. */
  input: z.unknown().optional(),
  /** A JSON schema, or the file that has it. */
  output_schema: z.union([z.string(), freeMap]).optional(),
  tools: z.array(z.string()).nullish(),
  termination: z
    .object({
      max_steps: z.int().min(0).optional(),
      tool_called: z.string().optional(),
    })
    .nullish(),
  tool: z.string().optional(),
  args: freeMap.nullish(),
  modifiers: modifiers.nullish(),
};

const leaf = z.object({
  ...leafFields,
  kind: z.enum(['prompt', 'agent', 'tool']),
});

/** A step that calls a model or a tool. */
export type LeafSpec = z.infer<typeof leaf>;

const reduce = z.object({
  strategy: z.enum(['append', 'replace', 'barrier']).optional(),
  into: z.string().optional(),
});

export type ReduceSpec = z.infer<typeof reduce>;

const step = z.object({
  ...leafFields,
  kind: z.enum(['prompt', 'agent', 'tool', 'branch', 'parallel']),
  depends_on: z.array(z.string()).nullish(),
  predicate: predicate.optional(),
  then: z.string().optional(),
  else: z.string().optional(),
  branches: z.array(leaf).nullish(),
  reduce: reduce.nullish(),
});

export type StepSpec = z.infer<typeof step>;

/** Steps that run as one turn. Fields beside these are overlooked, as in workflows. */
export const compositionSchema = z.object({
  version: z.int().optional(),
  description: z.string().optional(),
  /** Step whose output is the reply; the last one that ran unless it says otherwise. */
  output: z.string().optional(),
  steps: z.array(step),
});

export type CompositionSpec = z.infer<typeof compositionSchema>;
