import {
  ARENA_ANNOTATIONS,
  ArenaJob,
  evaluationBudgetOf,
  ItemStatus,
  REFERRING_KINDS,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import { ArenaBackendConfig } from '../../config/ArenaBackendConfig';
import { Referrer } from '../../planning/grants';
import { findWithdrawnProvider } from '../../planning/resolveProviders';
import { findWithdrawnRegistry } from '../../planning/resolveTools';
import { NewRun } from '../../runs/RunStore';
import { isNotFound } from '../getOrUndefined';
import { firstReplicas, mostReplicas } from './desiredReplicas';
import { allowedBy, blocked, InputSources } from './gatherInputs';
import { itemsWithout } from './itemsWithout';
import { JobInputs } from './JobWorld';

/** More would not fit into memory one by one. */
const MAX_NOT_BEGUN = 10_000_000;

const FINISHED: ItemStatus[] = ['passed', 'failed', 'errored'];

/**
 * What a job repeats that names another run: the same pins and the same plan, so that source, config and providers may have
 * changed or gone since; all items, or only those that did not pass, with those that the end of its budget left undone. Only what another namespace lends must still be lent, with the same
 * credential.
 *
 * All items of a run that was itself of chosen items are those of them that have a result: a run that was cancelled no longer knows
 * which ones it had not come to, and must not be taken for one of the whole plan.
 */
export async function gatherRerun(
  job: ArenaJob,
  from: Pick<InputSources, 'store' | 'secrets' | 'runs' | 'snapshots'> & {
    config: Pick<ArenaBackendConfig, 'bundles'>;
  },
  {
    output,
    ...base
  }: Omit<NewRun, 'pins' | 'plan' | 'items'> & Pick<RunPins, 'output'>,
): Promise<JobInputs> {
  const { runs, snapshots } = from;
  const annotations = job.metadata.annotations ?? {};
  const runId = annotations[ARENA_ANNOTATIONS.rerunOf];
  const which = annotations[ARENA_ANNOTATIONS.rerunItems];
  if (which !== undefined && which !== 'failed' && which !== 'all') {
    return blocked(
      'ConfigValid',
      'InvalidSpec',
      `metadata.annotations[${ARENA_ANNOTATIONS.rerunItems}]: Invalid value: "${which}": allowed are all and failed`,
    );
  }

  const run = await runs.get(runId).catch(error => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  // A run of another namespace is answered like one that does not exist: its name must not be a way to look at it.
  if (
    !run ||
    run.namespace !== job.metadata.namespace ||
    run.cluster !== from.store.cluster
  ) {
    return blocked(
      'ConfigValid',
      'RunNotFound',
      `Run ${runId}, which this job repeats, does not exist in namespace ${job.metadata.namespace}`,
    );
  }
  if (!(await snapshots.has(run.pins.source.digest))) {
    return blocked(
      'ConfigValid',
      'SnapshotGone',
      `The content ${run.pins.source.revision} of ArenaSource ${run.pins.source.name} that run ${runId} was made from is no longer stored`,
    );
  }

  const referrer: Referrer = {
    namespace: job.metadata.namespace,
    // With a config, nobody knows any more which of both named what.
    kinds: run.pins.config ? REFERRING_KINDS : ['ArenaJob'],
  };
  const withdrawn =
    (await findWithdrawnProvider({
      store: from.store,
      secrets: from.secrets,
      referrer,
      providers: run.pins.providers ?? [],
    })) ??
    (await findWithdrawnRegistry({
      store: from.store,
      secrets: from.secrets,
      referrer,
      tools: run.pins.tools ?? [],
    }));
  if (withdrawn) {
    return blocked('JobCreated', withdrawn.reason, withdrawn.message);
  }

  const budget = evaluationBudgetOf(job.spec);
  if (budget && !run.pins.budget) {
    return blocked(
      'ConfigValid',
      'NoPrice',
      `spec.evaluation.budgetLimit: run ${runId}, which this job repeats, had no budget, so that nobody has asked whether all of its providers have prices; leave it out, or create a job that repeats no run`,
    );
  }

  const plan = await runs.plan(runId);
  const { load, dataset } = run.pins;
  const isWhole = load !== undefined || dataset !== undefined;
  if (isWhole && which === 'failed') {
    return blocked(
      'ConfigValid',
      'NothingToRepeat',
      `Run ${runId} ${
        load ? 'is a load test' : 'generates data'
      }, which can only be repeated as a whole`,
    );
  }
  const picked = !isWhole && run.counters.total < plan.total;
  let items: number[] | undefined;
  if (which === 'failed' || picked) {
    if (run.state === 'Running') {
      return blocked(
        'ConfigValid',
        'RunNotFinished',
        `Run ${runId}, whose ${
          which === 'failed' ? 'failed' : 'finished'
        } items this job repeats, is still running`,
      );
    }
    const { pending } = run.counters;
    // What the budget was not enough for is no result to leave out: without it a repetition could be green.
    const isCut = !picked && run.budget?.exhausted === true && pending > 0;
    if (isCut && pending > MAX_NOT_BEGUN) {
      return blocked(
        'ConfigValid',
        'TooManyItems',
        `${pending} items of run ${runId} were not begun: only up to ${MAX_NOT_BEGUN} are repeated with those that failed; repeat all`,
      );
    }
    items = [];
    if (isCut) {
      const passed = runs.readIndexes(runId, ['passed']);
      items = await itemsWithout(passed, plan.total);
    } else {
      const status: ItemStatus[] =
        which === 'failed' ? ['failed', 'errored'] : FINISHED;
      for await (const index of runs.readIndexes(runId, status)) {
        items.push(index);
      }
    }
    if (items.length === 0) {
      return blocked(
        'ConfigValid',
        'NothingToRepeat',
        which === 'failed'
          ? `No item of run ${runId} failed`
          : `Run ${runId} was of chosen items only and ended before any of them had a result`,
      );
    }
  }
  return {
    state: 'ready',
    run: {
      ...base,
      pins: {
        ...run.pins,
        // What the admin has withdrawn since, a repetition must not have.
        allow: allowedBy(from.config),
        output,
        budget,
        workers: mostReplicas(job.spec.workers),
        verbose: job.spec.verbose,
      },
      plan,
      items,
      startWorkers: firstReplicas(job.spec.workers),
    },
  };
}
