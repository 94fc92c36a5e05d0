import { RunPlan, withOffsets } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';

const problemSchema = z.looseObject({
  severity: z.string(),
  file: z.string(),
  line: z.int().optional(),
  field: z.string().optional(),
  message: z.string(),
  suggestion: z.string().optional(),
});

/** A fault of a bundle at its place. */
export type PlanProblem = z.infer<typeof problemSchema>;

const count = z.int().min(1);

const planSchema = z.looseObject({
  version: z.int(),
  engineVersion: z.string(),
  regions: z.array(z.string()).min(1),
  providers: z.array(
    z.looseObject({
      id: z.string(),
      group: z.string(),
      type: z.string(),
      key: z.string(),
    }),
  ),
  scenarios: z.array(
    z.looseObject({
      id: z.string(),
      providers: z.array(z.int().min(0)),
      variants: count,
      trials: count,
      key: z.string(),
    }),
  ),
  offsets: z.array(z.int().min(0)),
  total: z.int().min(0),
});

const replySchema = z.discriminatedUnion('ok', [
  z.looseObject({
    ok: z.literal(true),
    plan: planSchema,
    rowFields: z.array(z.string()).optional(),
    engineVersion: z.string(),
    warnings: z.array(problemSchema),
    providerGroups: z.array(z.string()),
    scenarioIds: z.array(z.string()).optional(),
    concurrency: count.optional(),
  }),
  z.looseObject({
    ok: z.literal(false),
    reason: z.string(),
    message: z.string(),
    problems: z.array(problemSchema),
  }),
]);

/** The bundle can be run in the way that was asked for. */
export interface PlanSuccess {
  ok: true;
  plan: RunPlan;
  /** Of data generation: properties of the schemas of rows, in their order. */
  rowFields?: string[];
  engineVersion: string;
  warnings: PlanProblem[];
  providerGroups: string[];
  concurrency?: number;
}

/** It cannot, and why. */
export interface PlanFailure {
  ok: false;
  reason: string;
  message: string;
  problems: PlanProblem[];
  /** True when the same request may succeed later (a timeout, a crash). */
  transient?: boolean;
}

export type PlanReply = PlanSuccess | PlanFailure;

/**
 * Checks what the planning process wrote. It worked on a foreign bundle, so nothing of its answer is believed unseen.
 *
 * @throws Error when it is not an answer.
 */
export function parsePlanReply(text: string): PlanReply {
  const reply = replySchema.parse(JSON.parse(text));
  if (!reply.ok) {
    const { reason, message, problems } = reply;
    return { ok: false, reason, message, problems };
  }
  const { engineVersion, warnings, providerGroups, concurrency, rowFields } =
    reply;
  const plan: RunPlan = reply.plan;
  const known = plan.providers.length;
  if (plan.scenarios.some(s => s.providers.some(index => index >= known))) {
    throw new Error('the plan names a provider that it does not contain');
  }
  const expected = withOffsets(plan);
  if (
    plan.total !== expected.total ||
    plan.offsets.length !== expected.offsets.length ||
    plan.offsets.some((offset, i) => offset !== expected.offsets[i])
  ) {
    throw new Error('the offsets of the plan do not fit its axes');
  }
  return {
    ok: true,
    plan,
    rowFields,
    engineVersion,
    warnings,
    providerGroups,
    concurrency,
  };
}
