import { withOffsets } from '@backstage-arena/plugin-arena-common';
import { NewRun } from '../../plugins/arena-backend/src/runs/RunStore';

const PROVIDERS = 10;
const TRIALS = 10;

/** A run of about so many items: scenarios of 10 providers and 10 trials. */
export function benchRun(id: string, items: number): NewRun {
  const providers = Array.from({ length: PROVIDERS }, (_, index) => ({
    id: `provider-${index}`,
    group: 'default',
    type: 'mock',
    key: `provider-key-${index}`,
  }));
  const plan = withOffsets({
    version: 1,
    engineVersion: '0.0.0',
    regions: ['default'],
    providers,
    scenarios: Array.from(
      { length: Math.ceil(items / (PROVIDERS * TRIALS)) },
      (_, index) => ({
        id: `scenario-${index}`,
        providers: providers.map((_provider, position) => position),
        variants: 1,
        trials: TRIALS,
        key: `scenario-key-${index}`,
      }),
    ),
  });
  return {
    id,
    cluster: 'embedded',
    namespace: 'default',
    jobName: id,
    jobUid: id,
    attempt: 1,
    labels: {},
    plan,
    pins: {
      source: {
        name: 'bench',
        uid: 'bench',
        revision: '1',
        digest: `sha256:${'0'.repeat(64)}`,
      },
      arenaFile: 'config.arena.yaml',
      type: 'evaluation',
      compat: false,
      outputFormats: ['json'],
      concurrency: 500,
      itemTimeoutMs: 60_000,
      maxAttempts: 3,
      verbose: false,
      engineVersion: '0.0.0',
      planVersion: 1,
    },
  };
}
