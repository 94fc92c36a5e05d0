import {
  ArenaConfig,
  ArenaConfigPhase,
  ArenaSource,
} from '@backstage-arena/plugin-arena-common';
import { SecretReader } from '../planning/credentials';
import { describeProblems } from '../planning/describeProblems';
import { Referrer } from '../planning/grants';
import { Planner } from '../planning/Planner';
import { resolveProviders } from '../planning/resolveProviders';
import { resolveTools } from '../planning/resolveTools';
import { specFaults } from '../planning/specFaults';
import { Observation } from '../reconciler/conditions';
import { getOrUndefined, ObjectReader } from '../reconciler/getOrUndefined';
import { effectiveSpec } from '../reconciler/job/effectiveSpec';

/** What was found out about an ArenaConfig. */
export interface ConfigFindings {
  phase: ArenaConfigPhase;
  observations: Observation[];
  source?: ArenaSource;
  providers?: string[];
  scenarioCount?: number;
}

/** A job that says nothing: what is left is what the config says. */
const SILENT_JOB = {
  arenaFile: 'config.arena.yaml',
  type: 'evaluation' as const,
  cancelled: false,
  verbose: false,
  compat: false,
};

/** Checks all parts of a config, so that its conditions name every fault at once. */
export async function validateConfig(
  config: ArenaConfig,
  from: { store: ObjectReader; planner: Planner; secrets: SecretReader },
): Promise<ConfigFindings> {
  const { namespace } = config.metadata;
  const referrer: Referrer = { namespace, kinds: ['ArenaConfig'] };
  if (config.spec.suspend) {
    return {
      phase: 'Pending',
      observations: [
        observe(
          'Ready',
          false,
          'Suspended',
          'spec.suspend is true: nothing is validated, and jobs that use the config do not start',
        ),
      ],
    };
  }

  const faults = specFaults('ArenaConfig', config.spec);
  if (faults) {
    return {
      phase: 'Invalid',
      observations: [observe('Ready', false, 'InvalidSpec', faults)],
    };
  }

  const observations: Observation[] = [];
  const source = await getOrUndefined<ArenaSource>(from.store, 'ArenaSource', {
    namespace,
    name: config.spec.sourceRef.name,
  });
  const artifact = source?.status?.artifact;
  observations.push(
    artifact
      ? observe(
          'SourceResolved',
          true,
          'SourceResolved',
          `ArenaSource ${config.spec.sourceRef.name} is at ${artifact.revision}`,
        )
      : observe(
          'SourceResolved',
          false,
          source ? 'SourceNotReady' : 'SourceNotFound',
          source
            ? `ArenaSource ${config.spec.sourceRef.name} has no content yet`
            : `ArenaSource ${config.spec.sourceRef.name} does not exist in namespace ${namespace}`,
        ),
  );

  const spec = effectiveSpec(
    { ...SILENT_JOB, sourceRef: config.spec.sourceRef },
    config.spec,
  );
  const resolution = await resolveProviders({
    store: from.store,
    secrets: from.secrets,
    referrer,
    groups: spec.providers ?? {},
  });
  observations.push(
    resolution.ok
      ? observe(
          'ProvidersValid',
          true,
          'ProvidersValid',
          spec.providers
            ? `${resolution.providers.length} providers were found`
            : 'The arena file names the providers',
        )
      : observe('ProvidersValid', false, resolution.reason, resolution.message),
  );
  const tools = await resolveTools({
    store: from.store,
    secrets: from.secrets,
    referrer,
    registries: spec.toolRegistries ?? [],
  });
  observations.push(
    tools.ok
      ? observe(
          'ToolRegistriesValid',
          true,
          'ToolRegistriesValid',
          `${spec.toolRegistries?.length ?? 0} tool registries bring ${
            tools.tools.length
          } tools`,
        )
      : observe('ToolRegistriesValid', false, tools.reason, tools.message),
  );

  const fault = observations.find(entry => entry.status === 'False');
  const providers = config.spec.providers?.map(ref =>
    ref.namespace && ref.namespace !== namespace
      ? `${ref.namespace}/${ref.name}`
      : ref.name,
  );
  if (fault || !artifact || !resolution.ok || !tools.ok) {
    return {
      phase: 'Pending',
      source,
      providers: resolution.ok ? providers : undefined,
      observations: [
        ...observations,
        observe('Ready', false, fault!.reason, fault!.message),
      ],
    };
  }

  const reply = await from.planner.plan({
    digest: artifact.digest,
    arenaFile: spec.arenaFile,
    compat: spec.compat,
    include: spec.include,
    exclude: spec.exclude,
    trials: spec.trials,
    providers: spec.providers && resolution.providers,
    tools: spec.toolRegistries?.length ? tools.tools : undefined,
    selfPlay: spec.selfPlay,
  });
  if (!reply.ok) {
    return {
      phase: reply.transient ? 'Error' : 'Invalid',
      source,
      providers,
      observations: [
        ...observations,
        observe(
          'Ready',
          false,
          reply.reason,
          `${reply.message}${describeProblems(reply.problems)}`,
        ),
      ],
    };
  }
  const scenarioCount = reply.plan.scenarios.length;
  return {
    phase: 'Ready',
    source,
    providers,
    scenarioCount,
    observations: [
      ...observations,
      observe(
        'Ready',
        true,
        'Ready',
        `${scenarioCount} scenarios are selected`,
      ),
    ],
  };
}

function observe(
  type: string,
  holds: boolean,
  reason: string,
  message: string,
): Observation {
  return { type, status: holds ? 'True' : 'False', reason, message };
}
