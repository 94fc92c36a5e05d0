import { PlanProvider, RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  RUN_PLAN_VERSION,
  withOffsets,
} from '@backstage-arena/plugin-arena-common/run';
import { BundleContent } from '../bundle/BundleContent';
import { PlanError, PlanOptions } from '../Engine';
import { isEvalRun, planEvals } from '../evals/evalRuns';
import { Quirks } from '../quirks/quirks';
import { findRowEmbedder } from '../dataset/findRowEmbedder';
import { contentDigest } from '../text/digest';
import { ENGINE_VERSION } from '../version';
import { agentJudges, agentSummaries } from './agentUses';
import { Candidate, findCandidates, providersOf } from './candidates';
import { Perturbations } from './perturbations';
import { refuseDataGen } from './refuseDataGen';
import { refuseLoadTest } from './refuseLoadTest';
import { refusePackEvals } from './refusePackEvals';
import { refuseTools } from './refuseTools';
import { refuseUnpriced } from './refuseUnpriced';
import { selectScenarios } from './selectScenarios';
import {
  refuse,
  refuseUnsupported,
  refuseUnsupportedBundle,
} from './unsupportedFeatures';
import { withSwappedSides } from './withSwappedSides';

/** Most items of one run. */
const MAX_ITEMS = 100_000_000;

/** A plan together with what its providers are made from. */
export interface PlannedRun {
  plan: RunPlan;
  /** Aligned with `plan.providers`; absent for a provider that does not exist. */
  providers: Array<Candidate | undefined>;
}

/** Expands scenarios, regions, providers, variants and trials. */
export function createPlan(
  content: BundleContent,
  options: PlanOptions,
  quirks: Quirks,
): PlannedRun {
  refuseUnsupportedBundle(content);
  refusePackEvals(content, options);
  refuse(agentJudges(content, options.providers ?? []));
  if (isEvalRun(content, options)) {
    if (options.dataGen) {
      throw new PlanError(
        'NoScenarios',
        'Saved conversations cannot be generated from: name scenarios',
      );
    }
    const made = {
      plan: planEvals(content, options),
      providers: [undefined],
    };
    if (options.hasBudget) refuseUnpriced(made, content, options);
    return made;
  }
  // It is not under test: without it there may be nothing that is.
  findRowEmbedder(content, options);
  const scenarios = selectScenarios(content.scenarios, options);
  const candidates = findCandidates(content, options, quirks);
  const providers: PlanProvider[] = [];
  const sources: Array<Candidate | undefined> = [];
  const indexes = new Map<string, number>();
  const indexOf = (entry: Candidate | string) => {
    const id = typeof entry === 'string' ? entry : entry.id;
    const known = indexes.get(id);
    if (known !== undefined) return known;
    indexes.set(id, providers.length);
    sources.push(typeof entry === 'string' ? undefined : entry);
    providers.push(describe(entry));
    return providers.length - 1;
  };
  // Providers keep the order of the arena file, whichever scenario uses them first.
  const chosen = withSwappedSides(
    content,
    scenarios,
    scenarios.map(scenario => providersOf(scenario, candidates)),
    options,
  );
  const used = new Set(chosen.flat());
  candidates.providers.filter(entry => used.has(entry)).forEach(indexOf);

  const plan = withOffsets({
    version: RUN_PLAN_VERSION,
    engineVersion: ENGINE_VERSION,
    regions: options.regions?.length ? options.regions : ['default'],
    providers,
    scenarios: scenarios.flatMap((scenario, position) => {
      if (chosen[position].length === 0) return [];
      return [
        {
          id: scenario.id,
          ...(scenario.file === undefined ? {} : { file: scenario.file }),
          providers: [...new Set(chosen[position].map(indexOf))],
          variants: new Perturbations(scenario.spec.turns ?? []).count,
          trials: options.dataGen
            ? 1
            : options.trials ?? Math.max(1, scenario.spec.trials ?? 1),
          key: scenario.key,
        },
      ];
    }),
  });
  if (plan.total === 0) {
    throw new PlanError(
      'NoProviders',
      `No provider fits the selected scenarios (${scenarios
        .map(({ id }) => id)
        .join(', ')}): the run has ${
        candidates.providers.map(({ id }) => id).join(', ') || 'none'
      }${
        candidates.wanted
          ? ` and is limited to ${[...candidates.wanted].join(', ')}`
          : ''
      }`,
    );
  }
  if (plan.total > MAX_ITEMS) {
    throw new PlanError(
      'TooManyItems',
      `The run would have ${plan.total} items: allowed are at most ${MAX_ITEMS}`,
    );
  }
  const ids = new Set(plan.scenarios.map(({ id }) => id));
  const planned = scenarios.filter(({ id }) => ids.has(id));
  refuseTools(content, planned, options);
  refuse(
    scenarios.flatMap((scenario, position) =>
      agentSummaries(scenario, content, chosen[position]),
    ),
  );
  refuseUnsupported(
    content,
    planned,
    sources.flatMap(source => (source ? [source] : [])),
  );
  const made = { plan, providers: sources };
  const { hasBudget, loadTest, dataGen } = options;
  if (hasBudget) refuseUnpriced(made, content, options);
  if (loadTest) refuseLoadTest(made, content, { ...options, loadTest });
  if (dataGen) refuseDataGen(made, content, options);
  return made;
}

function describe(entry: Candidate | string): PlanProvider {
  if (typeof entry === 'string') {
    return {
      id: entry,
      group: '',
      type: 'unknown',
      key: contentDigest({ missing: entry }),
    };
  }
  return {
    id: entry.id,
    group: entry.group,
    type: entry.spec.type,
    ...(entry.spec.model === undefined ? {} : { model: entry.spec.model }),
    key: entry.key,
  };
}
