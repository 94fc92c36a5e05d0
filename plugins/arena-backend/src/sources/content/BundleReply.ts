import { SourceBundle } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { PlanFailure } from '../../planning/PlanReply';

const MAX_PROBLEMS = 1_000;

const problem = z.object({
  severity: z.enum(['error', 'warning']),
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  field: z.string().optional(),
  message: z.string(),
  suggestion: z.string().optional(),
});

const file = z.string().optional();

const replySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    description: z.object({
      arenaFile: z.string(),
      problems: z.array(problem),
      scenarios: z.array(
        z.object({
          id: z.string(),
          file,
          description: z.string(),
          taskType: z.string().optional(),
          turns: z.int(),
          providerGroup: z.string(),
          labels: z.record(z.string(), z.string()),
        }),
      ),
      providers: z.array(
        z.object({
          id: z.string(),
          file,
          type: z.string(),
          model: z.string().optional(),
          group: z.string(),
        }),
      ),
      prompts: z.array(z.object({ taskType: z.string(), file })),
      tools: z.array(z.object({ name: z.string(), file })),
      personas: z.array(z.object({ id: z.string(), file })),
    }),
  }),
  z.object({
    ok: z.literal(false),
    reason: z.string(),
    message: z.string(),
    problems: z.array(problem),
  }),
]);

/** Checks the description that a process gave of a foreign bundle. @throws Error when it is none */
export function parseBundleReply(
  text: string,
): { ok: true; description: SourceBundle } | PlanFailure {
  const reply = replySchema.parse(JSON.parse(text));
  if (reply.ok) {
    const { description } = reply;
    description.problems = description.problems.slice(0, MAX_PROBLEMS);
  }
  return reply;
}
