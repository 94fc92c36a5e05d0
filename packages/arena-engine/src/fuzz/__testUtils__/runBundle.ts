import { ItemReport, RunPlan } from '@backstage-arena/plugin-arena-common';
import { loadBundle } from '../../bundle/loadBundle';
import { BundleError, PlanError, Runner } from '../../Engine';

/** Longer than anything that a mock provider does. */
const ITEM_TIMEOUT_MS = 5_000;
/** An item that takes longer than its own limit hangs. */
const HANG_MS = 15_000;
/** Of large plans only the first items and the last one are executed. */
const MOST_ITEMS = 10;

/** What became of a bundle. */
export interface Outcome {
  /** Why it was refused, when it was. */
  refused?: BundleError | PlanError;
  reports: ItemReport[];
}

/**
 * Loads, plans and executes a bundle as a worker would, with the plan as it comes out of a database.
 *
 * @throws whatever the engine should not throw; a hanging item is an Error.
 */
export async function runBundle(
  folder: string,
  options: { compat: boolean; concurrency: number },
): Promise<Outcome> {
  const { compat } = options;
  let runner: Runner;
  try {
    const bundle = await loadBundle(folder, { compat });
    // Looking at a bundle must not be more dangerous than running it.
    JSON.stringify(bundle.warnings);
    const plan: RunPlan = JSON.parse(JSON.stringify(bundle.plan({})));
    runner = await bundle.runner(plan, {
      compat,
      itemTimeoutMs: ITEM_TIMEOUT_MS,
      secret: () => undefined,
    });
  } catch (error) {
    if (error instanceof BundleError || error instanceof PlanError) {
      return { refused: error, reports: [] };
    }
    throw error;
  }
  try {
    return { reports: await executeAll(runner, options.concurrency) };
  } finally {
    await runner.close();
  }
}

async function executeAll(
  runner: Runner,
  concurrency: number,
): Promise<ItemReport[]> {
  const { total } = runner.plan;
  const indexes = Array.from(
    { length: Math.min(total, MOST_ITEMS) },
    (_, index) => index,
  );
  if (total > MOST_ITEMS) indexes.push(total - 1);
  const reports: ItemReport[] = [];
  let next = 0;
  const work = async () => {
    while (next < indexes.length) {
      const position = next++;
      reports[position] = await execute(runner, indexes[position]);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return reports;
}

async function execute(runner: Runner, index: number): Promise<ItemReport> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      runner.execute(index, {
        attempt: 1,
        signal: new AbortController().signal,
      }),
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`Item ${index} hangs`)),
          HANG_MS,
        );
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
