import {
  ResolvedProvider,
  ResolvedTool,
  Run,
  RunOutput,
} from '@backstage-arena/plugin-arena-common';

/**
 * A run as readers of jobs may see it. What a worker needs to call a provider or a tool, or to write the output (addresses, headers, where
 * the credential lies) stays within the backend: who may read a job may not thereby read its providers and registries.
 */
export function publicRun(run: Run): Run {
  const { providers, tools, output } = run.pins;
  if (!providers && !tools && !output) return run;
  return {
    ...run,
    pins: {
      ...run.pins,
      ...(providers && { providers: providers.map(named) }),
      ...(tools && { tools: tools.map(namedTool) }),
      ...(output && { output: namedOutput(output) }),
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

function namedOutput(output: RunOutput): RunOutput {
  if (output.type === 'pvc') {
    const { type, claimName, path } = output;
    return { type, claimName, path };
  }
  const { type, bucket, prefix } = output;
  return { type, bucket, prefix };
}

function namedTool({ name, registry, spec }: ResolvedTool): ResolvedTool {
  const { mode, description } = spec;
  return { name, registry, spec: { mode, description } };
}
