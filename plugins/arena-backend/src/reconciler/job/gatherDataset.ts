import { Datasets } from '../../datasets/Datasets';
import { RunStore } from '../../runs/RunStore';
import { collectResults } from './collectResults';
import { overAttempts } from './datasetSummary';
import { JobWorld } from './JobWorld';

/** Reads how far data generation is, and what it has brought once nothing more can be counted. */
export async function gatherDataset(
  world: JobWorld,
  {
    datasets,
    runs,
    isSettled,
  }: { datasets: Datasets; runs: RunStore; isSettled: boolean },
): Promise<void> {
  const run = world.run!;
  world.dataset = await datasets.state(run.id);
  if (!isSettled) return;
  const thresholds = world.job.spec.dataGen?.thresholds ?? [];
  const results = await collectResults(runs, run, thresholds);
  world.results = overAttempts(results, world.dataset);
}
