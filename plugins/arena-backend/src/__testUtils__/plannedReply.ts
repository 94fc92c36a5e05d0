import { withOffsets } from '@backstage-arena/plugin-arena-common';
import { PlanReply } from '../planning/PlanReply';

/** What a planner answers of a bundle with one provider. */
export function plannedReply(
  scenarios: ReadonlyArray<{ id: string; trials: number }>,
): PlanReply {
  return {
    ok: true,
    engineVersion: '1',
    warnings: [],
    providerGroups: [],
    plan: withOffsets({
      version: 1,
      engineVersion: '1',
      regions: ['default'],
      providers: [{ id: 'p', group: 'default', type: 'mock', key: 'p' }],
      scenarios: scenarios.map(({ id, trials }) => ({
        id,
        providers: [0],
        variants: 1,
        trials,
        key: id,
      })),
    }),
  };
}
