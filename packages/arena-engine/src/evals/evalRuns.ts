import { PlanProvider, RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  RUN_PLAN_VERSION,
  selectScenarios as selectByPattern,
  withOffsets,
} from '@backstage-arena/plugin-arena-common/run';
import { BundleContent, EvalEntry } from '../bundle/BundleContent';
import { PlanError, PlanOptions } from '../Engine';
import { contentDigest } from '../text/digest';
import { nearMiss } from '../text/suggest';
import { ENGINE_VERSION } from '../version';

/** One saved conversation to judge. */
export interface EvalRun {
  entry: EvalEntry;
  /** Path within the bundle. */
  recording: string;
}

/** Stands where other items have the system under test: nothing is called. */
const EVAL_PROVIDER: PlanProvider = {
  id: 'eval',
  group: '',
  type: 'eval',
  key: contentDigest({ provider: 'eval' }),
};

type EvalOptions = Pick<
  PlanOptions,
  'evalIds' | 'scenarioIds' | 'include' | 'exclude' | 'trials'
>;

/** Whether a run judges saved conversations: on request, or when the bundle has nothing else. */
export function isEvalRun(
  content: BundleContent,
  options: EvalOptions,
): boolean {
  if (options.evalIds) return true;
  return (
    content.scenarios.length === 0 &&
    content.evals.length > 0 &&
    !options.scenarioIds
  );
}

/**
 * The saved conversations of a run: one for each file that a selected evaluation names.
 *
 * @throws PlanError when nothing is selected.
 */
export function selectEvalRuns(
  content: BundleContent,
  options: EvalOptions,
): EvalRun[] {
  const known = content.evals.map(({ id }) => id);
  const unknown = options.evalIds?.find(id => !known.includes(id));
  if (unknown !== undefined) {
    const guess = nearMiss(unknown, known);
    throw new PlanError(
      'UnknownScenario',
      `Evaluation "${unknown}" does not exist.${
        guess ? ` Did you mean "${guess}"?` : ''
      } The bundle has ${known.join(', ') || 'none'}`,
    );
  }
  const chosen = content.evals.filter(
    ({ id }) => !options.evalIds || options.evalIds.includes(id),
  );
  const selected = selectByPattern(
    chosen.map(entry => ({ id: entry.id, path: entry.file, entry })),
    options,
  );
  if (selected.length === 0) {
    throw new PlanError(
      'NoScenarios',
      `No evaluation is selected: the bundle has ${known.join(', ') || 'none'}`,
    );
  }
  return selected.flatMap(({ entry }) =>
    entry.recordings.map(recording => ({ entry, recording })),
  );
}

/** The plan of a run over saved conversations. Files of one evaluation share its name. */
export function planEvals(
  content: BundleContent,
  options: EvalOptions,
): RunPlan {
  return withOffsets({
    version: RUN_PLAN_VERSION,
    engineVersion: ENGINE_VERSION,
    regions: ['default'],
    providers: [EVAL_PROVIDER],
    scenarios: selectEvalRuns(content, options).map(({ entry, recording }) => ({
      id: entry.id,
      file: recording,
      providers: [0],
      variants: 1,
      trials: options.trials ?? 1,
      key: contentDigest({ eval: entry.key, recording }),
    })),
  });
}
