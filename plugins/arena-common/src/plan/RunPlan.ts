/** Version of the plan format. A worker refuses a plan of a version that it does not know. @public */
export const RUN_PLAN_VERSION = 1;

/**
 * One system under test: a provider or an agent, resolved when the run was planned.
 *
 * @public
 */
export interface PlanProvider {
  /** Identity within the run: the name that reports, filters and the mock provider use. */
  id: string;
  /** Provider group, for example `default`. */
  group: string;
  /** Provider type as the bundle or the Provider object names it (`mock`, `openai`, ...). */
  type: string;
  model?: string;
  /** Digest of the resolved specification: equal keys mean equal configuration. */
  key: string;
}

/**
 * One scenario with the ragged axes below it.
 *
 * @public
 */
export interface PlanScenario {
  /** Identity within the bundle (`metadata.name` of the scenario, or the name of a saved-conversation eval). */
  id: string;
  /** Path within the bundle, absent for inline scenarios. */
  file?: string;
  /** Indexes into {@link RunPlan.providers}, in order. */
  providers: number[];
  /** How many variants (perturbations) each cell has; at least 1. */
  variants: number;
  /** How many trials each variant has; at least 1. */
  trials: number;
  /** Digest of the scenario's content: equal keys mean equal scenarios. */
  key: string;
}

/**
 * A run's work, stored once. An item is an index from 0 to `total - 1`, never a row.
 *
 * @remarks
 * Order of the axes, slowest first: scenario, region, provider, variant, trial. `offsets[s]` is the index of the
 * first item of scenario `s`; `offsets` has one more entry than `scenarios`, and the last one equals `total`.
 *
 * @public
 */
export interface RunPlan {
  version: number;
  engineVersion: string;
  regions: string[];
  providers: PlanProvider[];
  scenarios: PlanScenario[];
  offsets: number[];
  total: number;
}

/**
 * Where an item lies on the axes of its plan. All numbers are zero-based.
 *
 * @public
 */
export interface PlanCell {
  index: number;
  scenarioIndex: number;
  providerIndex: number;
  scenario: PlanScenario;
  provider: PlanProvider;
  region: string;
  variant: number;
  trial: number;
}
