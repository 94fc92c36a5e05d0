import { ResolvedProvider, Run } from '@backstage-arena/plugin-arena-common';

/**
 * A run as readers of jobs may see it. What a worker needs to call a provider (addresses, headers, where the credential lies) stays
 * within the backend: who may read a job may not thereby read its providers.
 */
export function publicRun(run: Run): Run {
  const { providers } = run.pins;
  if (!providers) return run;
  return { ...run, pins: { ...run.pins, providers: providers.map(named) } };
}

/** Names what is shown, so that a field which is added later is hidden until somebody decides otherwise. */
function named({ id, group, bindsTo, spec }: ResolvedProvider) {
  return {
    id,
    group,
    ...(bindsTo !== undefined && { bindsTo }),
    spec: {
      ...(spec.type !== undefined && { type: spec.type }),
      ...(spec.model !== undefined && { model: spec.model }),
    },
  };
}
