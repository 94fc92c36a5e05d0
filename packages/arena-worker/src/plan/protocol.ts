import { z } from 'zod/v4';
import {
  ResolvedProvider,
  resolvedProviderSchema,
  ResolvedTool,
  resolvedToolSchema,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import type {
  BundleDescription,
  BundleProblem,
} from '@backstage-arena/arena-engine';

const strings = z.array(z.string());

/**
 * What `arena plan-run` reads from its standard input. Closed: a field that an older command does not know would otherwise be
 * ignored, and the plan would be another one than was asked for.
 */
export const planRunRequestSchema = z
  .strictObject({
    archive: z.string().optional(),
    unpackTo: z.string().optional(),
    directory: z.string().optional(),
    arenaFile: z.string().optional(),
    compat: z.boolean().default(false),
    describe: z.boolean().default(false),
    options: z
      .strictObject({
        scenarioIds: strings.optional(),
        providerIds: strings.optional(),
        include: strings.optional(),
        exclude: strings.optional(),
        regions: strings.optional(),
        trials: z.int().min(1).optional(),
        providers: z.array(resolvedProviderSchema).optional(),
        tools: z.array(resolvedToolSchema).optional(),
        allow: z
          .strictObject({
            exec: z.boolean().optional(),
            stdio: z.boolean().optional(),
            ambientCredentials: z.boolean().optional(),
          })
          .optional(),
        mockProvider: z
          .strictObject({ configFile: z.string().optional() })
          .optional(),
        selfPlay: z
          .strictObject({
            rounds: z.int().min(1).optional(),
            swapRoles: z.boolean().optional(),
          })
          .optional(),
        hasBudget: z.boolean().optional(),
        loadTest: z
          .strictObject({
            mix: z.array(
              z.strictObject({
                scenario: z.string().optional(),
                provider: z.string().optional(),
                weight: z.int().min(0),
              }),
            ),
            hasBudget: z.boolean(),
          })
          .optional(),
        dataGen: z
          .strictObject({
            seed: z.int(),
            hasBudget: z.boolean(),
            embedding: z
              .strictObject({
                provider: z.string(),
                model: z.string().optional(),
              })
              .optional(),
          })
          .optional(),
      })
      .default({}),
  })
  .refine(
    request =>
      (request.archive === undefined) !== (request.directory === undefined),
    { error: 'exactly one of archive and directory must be given' },
  ) satisfies z.ZodType<unknown, PlanRunRequest>;

/** Which part of a bundle is planned. @public */
export interface PlanRunOptions {
  scenarioIds?: string[];
  providerIds?: string[];
  /** Patterns of scenarios. */
  include?: string[];
  exclude?: string[];
  regions?: string[];
  trials?: number;
  /** Instead of the bundle's own providers. */
  providers?: ResolvedProvider[];
  /** Instead of the bundle's own tools and MCP servers. */
  tools?: ResolvedTool[];
  /** What the run may use: exec tools, MCP servers over stdio, credentials of the machine. Default: nothing. */
  allow?: { exec?: boolean; stdio?: boolean; ambientCredentials?: boolean };
  /** Every provider answers from the file (or with a fixed text) instead of a model. */
  mockProvider?: { configFile?: string };
  /** Simulated users, beyond what scenarios say. */
  selfPlay?: { rounds?: number; swapRoles?: boolean };
  /** Of an evaluation: within a budget everything must have a price. */
  hasBudget?: boolean;
  /** Of a load test: its mix must fit, and within a budget everything must have a price. */
  loadTest?: {
    mix: Array<{ scenario?: string; provider?: string; weight: number }>;
    hasBudget: boolean;
  };
  /**
   * Of data generation: rows must have a schema that is one, within a budget everything must have a price, and what tells near-duplicates must be
   * there.
   */
  dataGen?: {
    seed: number;
    hasBudget: boolean;
    embedding?: { provider: string; model?: string };
  };
}

/**
 * What `arena plan-run` reads from its standard input: which bundle, and which part of it.
 *
 * @public
 */
export interface PlanRunRequest {
  /** Path of a tar.gz; exactly one of `archive` and `directory` is given. */
  archive?: string;
  /** Where the unpacked archive is kept for others, unless it is there already. Absent: it is unpacked for this once. */
  unpackTo?: string;
  /** Path of an unpacked bundle. */
  directory?: string;
  /** Relative to the bundle. */
  arenaFile?: string;
  /** Whether the bundle is read in compatibility mode. */
  compat?: boolean;
  /** Asks what is in the bundle instead of for a plan. */
  describe?: boolean;
  options?: PlanRunOptions;
}

/** @public */
export interface PlanRunSuccess {
  ok: true;
  plan: RunPlan;
  /** Of data generation: properties of the schemas of rows, in their order. */
  rowFields?: string[];
  engineVersion: string;
  warnings: BundleProblem[];
  /** Provider groups that scenarios, judges and self-play roles name. */
  providerGroups: string[];
  /** Every scenario of the bundle, also those that the plan leaves out. */
  scenarioIds: string[];
  /** Default number of items in flight, when the bundle names one. */
  concurrency?: number;
}

/** Answer to a request with `describe`. @public */
export interface PlanRunDescription {
  ok: true;
  description: BundleDescription;
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
export type PlanRunReply = PlanRunSuccess | PlanRunDescription | PlanRunFailure;
