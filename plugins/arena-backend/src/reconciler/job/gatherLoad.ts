import { LoadView } from '../../loads/LoadObserver';
import { LoadTests } from '../../loads/LoadTests';
import { RunStore } from '../../runs/RunStore';
import { firstReplicas, mostReplicas } from './desiredReplicas';
import { JobWorld } from './JobWorld';

/** Follows the load test of a run, whose counters may be newer afterwards. */
export async function gatherLoad(
  world: JobWorld,
  { loads, runs }: { loads: LoadTests; runs: RunStore },
): Promise<void> {
  const run = world.run!;
  const isOpen = run.state === 'Running' && run.outcome === undefined;
  const view: LoadView = isOpen
    ? await loads.observe(run.id)
    : { state: 'over', report: await loads.report(run.id) };
  world.run = await runs.head(run.id);
  world.heardFromWorkers ||= view.state !== 'waiting' || !!view.ready;
  const { workers } = world.job.spec;
  const current = world.pool.replicas ?? world.pool.workers.length;
  const isScaled =
    workers?.minReplicas !== undefined || workers?.maxReplicas !== undefined;
  const replicas =
    isScaled && view.state !== 'waiting'
      ? loads.scale(run.id, {
          current,
          min: workers?.minReplicas ?? 1,
          max: world.maxWorkers ?? mostReplicas(workers),
        })
      : firstReplicas(workers);
  world.load = { ...view, replicas };
}
