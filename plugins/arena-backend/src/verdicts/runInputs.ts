import { RunInput } from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';
import { PlannedRun } from '../runs/PlannedRun';

/** Digests of what a run was made of: two runs differ in what has other ones. */
export type RunInputs = Record<RunInput, string>;

/** What a run was made of, in short. */
export function inputsOf({
  pins,
  plan,
}: Pick<PlannedRun, 'pins' | 'plan'>): RunInputs {
  return {
    source: pins.source.digest,
    scenarios: digest(plan.scenarios.map(({ id, key }) => [id, key])),
    providers: digest(plan.providers.map(({ id, key }) => [id, key])),
    tools: digest(pins.tools ?? []),
    engine: pins.engineVersion,
    settings: digest([
      pins.arenaFile,
      pins.compat,
      pins.trials ?? null,
      plan.regions,
      // What is not there leaves the digests of earlier runs as they are.
      ...(pins.selfPlay ? [pins.selfPlay] : []),
    ]),
  };
}

/** In which of them two runs differ. */
export function changedInputs(before: RunInputs, after: RunInputs): RunInput[] {
  return (Object.keys(after) as RunInput[]).filter(
    name => before[name] !== after[name],
  );
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value))
    .digest('hex')
    .slice(0, 16);
}
