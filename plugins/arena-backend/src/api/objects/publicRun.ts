import {
  ResolvedProvider,
  ResolvedTool,
  Run,
} from '@backstage-arena/plugin-arena-common';

/**
 * A run as readers of jobs may see it. What a worker needs to call a provider or a tool (addresses, headers, where the credential
 * lies) stays within the backend: who may read a job may not thereby read its providers and registries.
 */
export function publicRun(run: Run): Run {
  const { providers, tools } = run.pins;
  if (!providers && !tools) return run;
  return {
    ...run,
    pins: {
      ...run.pins,
      ...(providers && { providers: providers.map(named) }),
      ...(tools && { tools: tools.map(namedTool) }),
    },
  };
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

function namedTool({ name, registry, spec }: ResolvedTool): ResolvedTool {
  const { mode, description } = spec;
  return { name, registry, spec: { mode, description } };
}
