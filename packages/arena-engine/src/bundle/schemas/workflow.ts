import { z } from 'zod/v4';
import { stringMap } from './common';

const artifact = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  /** `replace` unless it says otherwise. */
  mode: z.enum(['replace', 'append']).optional(),
});

const state = z.object({
  prompt_task: z.string().optional(),
  description: z.string().optional(),
  /** Target state by event. */
  on_event: stringMap.nullish(),
  terminal: z.boolean().optional(),
  orchestration: z
    .enum(['internal', 'external', 'hybrid', 'composition'])
    .optional(),
  composition: z.string().optional(),
  skills: z.string().optional(),
  /** 0 is no limit. */
  max_visits: z.int().min(0).optional(),
  on_max_visits: z.string().optional(),
  artifacts: z.record(z.string(), artifact).nullish(),
  persistence: z.unknown().optional(),
});

export type StateSpec = z.infer<typeof state>;

/** Limits of a whole conversation; 0 is none. */
const budget = z.object({
  max_total_visits: z.int().min(0).optional(),
  max_tool_calls: z.int().min(0).optional(),
  max_wall_time_sec: z.number().min(0).optional(),
});

/**
 * A state machine whose states are prompts. Fields beside these are overlooked, and named by
 * {@link ../unknownKeys.unknownKeys}.
 */
export const workflowSchema = z.object({
  version: z.int().optional(),
  entry: z.string(),
  states: z.record(z.string(), state),
  engine: z.object({ budget: budget.nullish() }).nullish(),
});

export type WorkflowSpec = z.infer<typeof workflowSchema>;
