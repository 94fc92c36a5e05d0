import {
  CellClass,
  ItemReport,
  ResolvedProvider,
  ResolvedTool,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import type { MixEntry } from '@backstage-arena/plugin-arena-common/load';
import type { CallProbe } from './providers/CallMeter';
import type { CallBudget } from './providers/limits/CallBudget';

/** A fault in a bundle, at its place. @public */
export interface BundleProblem {
  severity: 'error' | 'warning';
  /** Path within the bundle. */
  file: string;
  /** Counts from 1; absent when the fault has no place in the text (a missing file). */
  line?: number;
  column?: number;
  /** Path of the field, for example `spec.turns[0].content`. */
  field?: string;
  message: string;
  /** A near miss: what was probably meant. */
  suggestion?: string;
}

/** The bundle cannot be used. Nothing was run. @public */
export class BundleError extends Error {
  readonly problems: BundleProblem[];

  constructor(message: string, problems: BundleProblem[]) {
    super(message);
    this.name = 'BundleError';
    this.problems = problems;
  }
}

/** The bundle is sound, but these options select nothing or contradict each other. @public */
export class PlanError extends Error {
  /**
   * Machine-readable: `NoScenarios`, `NoProviders`, `UnknownScenario`, `UnknownTaskType`, `UnusablePrompt`, `UnknownProvider`, `UnknownEval`, `InvalidProvider`,
   * `InvalidRowSchema`, `NoPrice`, `NoSelfPlay`, `UnsupportedFeature`, `NotAllowed`, `DuplicateTool`, `InvalidTool`, `UnknownTool`, `TooManyItems`, `PlanVersion`, `PlanMismatch`.
   */
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = 'PlanError';
    this.reason = reason;
  }
}

/** @public */
export interface LoadBundleOptions {
  /** Path of the arena file relative to the bundle's folder. Default `config.arena.yaml`. */
  arenaFile?: string;
  /**
   * True: references to missing files, and names that two files have, are warnings, as for the original engine. Default false:
   * the bundle is refused.
   */
  compat?: boolean;
  /** True: the bundle may name files outside of its folder, as whoever runs it on a machine of their own expects. */
  localFiles?: boolean;
}

/** Which cells a run has. @public */
export interface PlanOptions {
  /** Exact scenario ids (command line). */
  scenarioIds?: string[];
  /** Exact provider ids (command line). */
  providerIds?: string[];
  /**
   * Exact ids of evaluations of saved conversations (command line): they run instead of scenarios. Without it, a bundle that has no
   * scenarios runs all of its evaluations.
   */
  evalIds?: string[];
  /** Leaves out the checks of `pack_evals` and of prompts, which observe without deciding. */
  skipPackEvals?: boolean;
  /** Only those of these types. */
  evalTypes?: string[];
  /** Globs of an ArenaJob. */
  include?: string[];
  exclude?: string[];
  /** Default `['default']`. */
  regions?: string[];
  /** Overrides the scenarios' own trials. */
  trials?: number;
  /** Replaces the arena file's providers. */
  providers?: ResolvedProvider[];
  /** Replaces the arena file's tools and MCP servers. */
  tools?: ResolvedTool[];
  /**
   * What the run may use of this machine: `exec` tools, and MCP servers over stdio. Default: neither, and a bundle that needs them
   * is refused. `ambientCredentials`: providers of clouds that have no credential may call as the machine itself, by the usual sources
   * of the cloud's libraries. Default: such calls fail.
   */
  allow?: { exec?: boolean; stdio?: boolean; ambientCredentials?: boolean };
  /** Gives providers of the arena file the specification of others; they keep their ids. From id to id. */
  overrideProviders?: Record<string, string>;
  /** Replaces every provider by a mock. The file is relative to the bundle's folder, or absolute. */
  mockProvider?: { configFile?: string };
  /**
   * Simulated users, beyond what scenarios say: a run in which no turn is played by one is refused. `rounds`: exchanges of each such turn. `swapRoles`:
   * each such conversation is also held with the sides exchanged.
   */
  selfPlay?: { rounds?: number; swapRoles?: boolean };
  /** The run is an evaluation within a budget: everything must have a price. */
  hasBudget?: boolean;
  /** The run is a load test: its mix must fit, and within a budget everything must have a price. */
  loadTest?: { mix: MixEntry[]; hasBudget: boolean };
  /**
   * The run generates data: items are attempts, an endless sequence over the cells of the plan, and each report has a row or why there is none.
   * Within a budget everything must have a price. With `embedding` each row has its embedding with it, of a provider that is not under test then.
   */
  dataGen?: {
    seed: number;
    hasBudget: boolean;
    embedding?: { provider: string; model?: string };
  };
}

/** @public */
export interface RunnerOptions extends PlanOptions {
  /** True: the original engine's verdicts; false: strict. */
  compat: boolean;
  /** Sampling parameters that take the place of the bundle's. */
  sampling?: { temperature?: number; maxTokens?: number; seed?: number };
  /** Longest time for one item, in milliseconds. Default 300000. */
  itemTimeoutMs?: number;
  /** Reads a secret by the name of its slot or environment variable. Default: `process.env`. */
  secret?: (name: string) => string | undefined;
  /** True: the bundle may name recordings and mock files outside of its folder, as whoever runs it on a machine of their own expects. */
  localFiles?: boolean;
  /** Items that the caller executes at the same time: no more connections to one server are kept. Default: no limit. */
  concurrency?: number;
  /** Part of the providers' rate limits that this process may use, above 0 to 1. Default 1. */
  rateShare?: number;
  /** Most bytes of one transcript; longer ones are cut and say so. Default 1 MiB. */
  maxTranscriptBytes?: number;
  /** The run is a load test. */
  load?: LoadOptions;
  /**
   * What the calls of a run may spend that is no load test, those of judges and simulated users included. An item whose next call does not fit ends as
   * errored, with the class `budget`; when data is generated, it is unfinished.
   */
  budget?: CallBudget;
  /** Called for each log line in verbose mode. */
  log?: (line: string) => void;
}

/**
 * What is different in a load test: no call is made twice, none waits for what the provider asks for, and there are no transcripts.
 *
 * @public
 */
export interface LoadOptions {
  /** True: the rate limits of the providers' specifications hold nothing back. */
  exceedRateLimits?: boolean;
  /** What the calls may spend, those of judges and simulated users included. All providers need prices and `max_tokens` then. */
  budget?: CallBudget;
}

/** @public */
export interface ExecuteOptions {
  /** Counts from 1. */
  attempt: number;
  /** Aborts the item; it rejects with the signal's reason and no report. */
  signal: AbortSignal;
  /**
   * Called right before each call that may cost money. Rejecting (a lost lease) stops the item before the call is made.
   */
  beforeCall?: () => Promise<void> | void;
  /** False: no check is run. Default true. */
  graded?: boolean;
  /** Called at each call of the system under test; sees how it goes. */
  probe?: () => CallProbe;
  /** Called with what each call used as soon as it is over, those of judges and simulated users included; a report has the sum. Cost in US dollars. */
  onUse?: (
    used: Pick<
      ItemReport,
      'inputTokens' | 'outputTokens' | 'cachedTokens' | 'cost'
    >,
  ) => void;
}

/**
 * Executes items of one plan. Safe for many items at a time; keeps provider connections between them.
 *
 * @public
 */
export interface Runner {
  readonly plan: RunPlan;
  execute(index: number, options: ExecuteOptions): Promise<ItemReport>;
  close(): Promise<void>;
}

/** A loaded and checked bundle. @public */
export interface Bundle {
  /** Absolute folder. */
  readonly directory: string;
  /** Relative to the folder. */
  readonly arenaFile: string;
  /** Digest of the content of its YAML files: equal digests mean that the same is run. */
  readonly digest: string;
  /** What is understood but has no effect, and other advice. */
  readonly warnings: BundleProblem[];
  readonly scenarioIds: string[];
  readonly providerIds: string[];
  /** Provider groups that scenarios, judges and self-play roles name. */
  readonly providerGroups: string[];
  /** Default number of items in flight, from `defaults.concurrency`. */
  readonly concurrency?: number;
  plan(options: PlanOptions): RunPlan;
  /** JSON schemas of the rows of a plan's scenarios, in their order; undefined where there is none. */
  rowSchemas(plan: RunPlan): unknown[];
  /** @throws PlanError when the plan was not made from this bundle with these options. */
  runner(plan: RunPlan, options: RunnerOptions): Promise<Runner>;
}

/** Row of a report. @public */
export interface ReportItem extends Omit<ItemReport, 'transcript' | 'index'> {
  index: number;
  scenario: string;
  provider: string;
  region: string;
  variant: number;
  trial: number;
}

/** @public */
export type ReportFormat =
  | 'json'
  | 'jsonl'
  | 'junit'
  | 'csv'
  | 'markdown'
  | 'html';

/** What a report writer can write: a format, or the table of cells that goes with `csv`. @public */
export type ReportKind = ReportFormat | 'statistics';

/** Totals of a report. @public */
export interface ReportSummary {
  total: number;
  passed: number;
  failed: number;
  errored: number;
  /** 0 to 1; 0 when nothing ran. */
  passRate: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  durationMs: number;
  /** Cells (scenario and provider) with more than one item, by class; absent when there is none. */
  classes?: Record<CellClass, number>;
}
