import { z } from 'zod/v4';
import {
  resolvedProviderSchema,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import type { BundleProblem } from '@backstage-arena/arena-engine';

const strings = z.array(z.string());

/**
 * What `arena plan-run` reads from its standard input. Closed: a field that an older command does not know would otherwise be
 * ignored, and the plan would be another one than was asked for.
 */
export const planRunRequestSchema = z
  .strictObject({
    archive: z.string().optional(),
    directory: z.string().optional(),
    arenaFile: z.string().optional(),
    compat: z.boolean().default(false),
    options: z
      .strictObject({
        scenarioIds: strings.optional(),
        providerIds: strings.optional(),
        include: strings.optional(),
        exclude: strings.optional(),
        regions: strings.optional(),
        trials: z.int().min(1).optional(),
        providers: z.array(resolvedProviderSchema).optional(),
        mockProvider: z
          .strictObject({ configFile: z.string().optional() })
          .optional(),
      })
      .default({}),
  })
  .refine(
    request =>
      (request.archive === undefined) !== (request.directory === undefined),
    { error: 'exactly one of archive and directory must be given' },
  );

/**
 * What `arena plan-run` reads from its standard input: which bundle, and which part of it.
 *
 * @public
 */
export type PlanRunRequest = z.input<typeof planRunRequestSchema>;

/** @public */
export interface PlanRunSuccess {
  ok: true;
  plan: RunPlan;
  engineVersion: string;
  warnings: BundleProblem[];
  /** Provider groups that scenarios, judges and self-play roles name. */
  providerGroups: string[];
  /** Every scenario of the bundle, also those that the plan leaves out. */
  scenarioIds: string[];
  /** Default number of items in flight, when the bundle names one. */
  concurrency?: number;
}

/** @public */
export interface PlanRunFailure {
  ok: false;
  /** `InvalidArchive`, `InvalidBundle`, `InvalidRequest` or the reason of a `PlanError`. */
  reason: string;
  message: string;
  problems: BundleProblem[];
}

/**
 * What `arena plan-run` writes to its standard output.
 *
 * @public
 */
export type PlanRunReply = PlanRunSuccess | PlanRunFailure;
