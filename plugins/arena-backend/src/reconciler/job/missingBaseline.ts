import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { cellsOf, MAX_COMPARED_CELLS } from '../../verdicts/cellsOf';
import { isNotFound } from '../getOrUndefined';
import { blocked, InputSources } from './gatherInputs';
import { JobInputs } from './JobWorld';

const POLL_MS = 15_000;

/**
 * Why a job cannot start whose baseline is a run that cannot be compared with: it would cost money, and end without an answer. One that is not
 * there will not come back: the job fails, so that its schedule goes on and somebody hears of it.
 */
export async function missingBaseline(
  { metadata, spec }: ArenaJob,
  { runs, store }: Pick<InputSources, 'runs' | 'store'>,
): Promise<JobInputs | undefined> {
  const runId = spec.evaluation?.gate?.baseline?.runId;
  if (runId === undefined) return undefined;
  const refuse = (why: string): JobInputs => ({
    state: 'refused',
    reason: 'BaselineGone',
    message: `spec.evaluation.gate.baseline.runId: ${why}`,
  });
  const run = await runs.get(runId).catch(error => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (
    !run ||
    run.namespace !== metadata.namespace ||
    run.cluster !== store.cluster
  ) {
    return refuse(
      `run ${runId} does not exist in namespace ${metadata.namespace}; results are kept for a limited time`,
    );
  }
  if (run.pins.type !== 'evaluation') {
    return refuse(
      `run ${runId} is of type ${run.pins.type}: allowed are evaluations`,
    );
  }
  if (run.finishedAt === undefined && run.outcome === undefined) {
    return {
      state: 'blocked',
      obstacle: {
        condition: 'JobCreated',
        reason: 'BaselineRunning',
        message: `spec.evaluation.gate.baseline.runId: run ${runId} has not ended yet`,
        retryAfterMs: POLL_MS,
      },
    };
  }
  return undefined;
}

/** Holds back a run that is to be compared with a baseline and has too many cells for it. */
export function withinComparison(
  { spec }: Pick<ArenaJob, 'spec'>,
  inputs: JobInputs,
): JobInputs {
  if (inputs.state !== 'ready' || !spec.evaluation?.gate?.baseline) {
    return inputs;
  }
  const count = cellsOf(inputs.run.plan);
  if (count <= MAX_COMPARED_CELLS) return inputs;
  return blocked(
    'ConfigValid',
    'TooManyCells',
    `spec.evaluation.gate.baseline: the run has ${count} cells (scenarios, providers, regions and variants): at most ${MAX_COMPARED_CELLS} can be compared`,
  );
}
