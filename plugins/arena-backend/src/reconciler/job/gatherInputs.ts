import {
  ARENA_ANNOTATIONS,
  ArenaConfig,
  ArenaJob,
  ArenaSource,
  EMBEDDED_CLUSTER,
  evaluationBudgetOf,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import { SnapshotStore } from '@backstage-arena/plugin-arena-node';
import { datasetProfileOf } from '@backstage-arena/plugin-arena-common/datagen';
import { loadProfileOf } from '@backstage-arena/plugin-arena-common/load';
import { join } from 'node:path';
import { ArenaBackendConfig } from '../../config/ArenaBackendConfig';
import { SecretReader } from '../../planning/SecretReader';
import { Planner } from '../../planning/Planner';
import { describeProblems } from '../../planning/describeProblems';
import { resolveOutput } from '../../planning/resolveOutput';
import { Referrer } from '../../planning/grants';
import { resolveProviders } from '../../planning/resolveProviders';
import { resolveTools } from '../../planning/resolveTools';
import { specFaults } from '../../planning/specFaults';
import { NewRun, RunStore } from '../../runs/RunStore';
import { getOrUndefined, ObjectReader } from '../getOrUndefined';
import { firstReplicas, mostReplicas } from './desiredReplicas';
import { effectiveSpec } from './effectiveSpec';
import { gatherRerun } from './gatherRerun';
import { missingBaseline, withinComparison } from './missingBaseline';
import { JobInputs, Obstacle } from './JobWorld';

/** What {@link gatherInputs} reads from. */
export interface InputSources {
  store: ObjectReader;
  runs: RunStore;
  snapshots: SnapshotStore;
  planner: Planner;
  secrets: SecretReader;
  config: ArenaBackendConfig;
  /** Called with the number of workers at first, when planning begins. */
  prepareWorkers?: (replicas: number) => void;
}

/** Jobs have one run each in this version; a repetition is a job of its own. */
export const ATTEMPT = 1;

/** Items in flight per worker when neither the ArenaConfig nor the arena file says. */
const DEFAULT_CONCURRENCY = 4;

/** What runs may use where their workers run. */
export function allowedBy({
  bundles,
}: Pick<ArenaBackendConfig, 'bundles'>): RunPins['allow'] {
  return {
    exec: bundles.allowExec,
    stdio: bundles.allowStdio,
    ambientCredentials: bundles.allowAmbientCredentials,
  };
}

/** Id of the run of a job: known before it is created, so that it cannot be created twice. */
export function runIdOf(job: ArenaJob): string {
  return `${job.metadata.uid}-${ATTEMPT}`;
}

/** Resolves and plans what a job asks for. What is missing is an answer, not an error: the job waits for it. */
export async function gatherInputs(
  job: ArenaJob,
  from: InputSources,
): Promise<JobInputs> {
  const faults = specFaults('ArenaJob', job.spec);
  if (faults) return blocked('ConfigValid', 'InvalidSpec', faults);
  const missing = await missingBaseline(job, from);
  if (missing) return missing;
  const destination = await resolveOutput({
    job,
    runId: runIdOf(job),
    secrets: from.secrets,
    allowAmbientCredentials: from.config.bundles.allowAmbientCredentials,
    allowedHosts: from.config.network.allow,
  });
  if (!destination.ok) {
    return blocked('JobCreated', destination.reason, destination.message);
  }
  const { output } = destination;
  if (job.metadata.annotations?.[ARENA_ANNOTATIONS.rerunOf]) {
    return withinComparison(
      job,
      await gatherRerun(job, from, { ...base(job, from, output), output }),
    );
  }

  const origin = await findOrigin(job, from.store);
  if ('obstacle' in origin) {
    return { state: 'blocked', obstacle: origin.obstacle };
  }
  const { source, config } = origin;
  const configFaults = config && specFaults('ArenaConfig', config.spec);
  if (configFaults) {
    return blocked(
      'ConfigValid',
      'InvalidSpec',
      `ArenaConfig ${config.metadata.name}: ${configFaults}`,
    );
  }
  const spec = effectiveSpec(job.spec, config?.spec);

  let providers: RunPins['providers'];
  if (spec.providers) {
    const resolution = await resolveProviders({
      store: from.store,
      secrets: from.secrets,
      referrer: referrerOf(job, 'providers'),
      groups: spec.providers,
    });
    if (!resolution.ok) {
      return blocked('JobCreated', resolution.reason, resolution.message);
    }
    providers = resolution.providers;
  }

  let tools: RunPins['tools'];
  if (spec.toolRegistries?.length) {
    const resolution = await resolveTools({
      store: from.store,
      secrets: from.secrets,
      referrer: referrerOf(job, 'toolRegistries'),
      registries: spec.toolRegistries,
    });
    if (!resolution.ok) {
      return blocked('JobCreated', resolution.reason, resolution.message);
    }
    tools = resolution.tools;
  }

  const load =
    job.spec.type === 'loadtest' ? loadProfileOf(job.spec.loadTest) : undefined;
  const dataset =
    job.spec.type === 'datagen'
      ? datasetProfileOf(job.spec.dataGen)
      : undefined;
  const budget = evaluationBudgetOf(job.spec);
  const { digest, revision } = source.status!.artifact!;
  const reply = await from.planner.plan(
    {
      digest,
      arenaFile: spec.arenaFile,
      compat: spec.compat,
      include: spec.include,
      exclude: spec.exclude,
      trials: spec.trials,
      providers,
      tools,
      selfPlay: spec.selfPlay,
      hasBudget: budget !== undefined,
      loadTest: load && {
        mix: load.mix,
        hasBudget: load.budgetLimit !== undefined,
      },
      dataGen: dataset && {
        seed: dataset.seed,
        hasBudget: dataset.budgetLimit !== undefined,
        embedding: dataset.nearDuplicateEmbedding,
      },
    },
    () => from.prepareWorkers?.(firstReplicas(job.spec.workers)),
  );
  if (!reply.ok) {
    return blocked(
      'ConfigValid',
      reply.reason,
      `${reply.message}${describeProblems(reply.problems)}`,
    );
  }
  if (reply.plan.total === 0) {
    return blocked(
      'ConfigValid',
      'NoScenarios',
      'The scenario filter and the providers leave nothing to run',
    );
  }

  const { queue } = from.config;
  const pins: RunPins = {
    source: {
      name: source.metadata.name,
      uid: source.metadata.uid,
      revision,
      digest,
    },
    config: config && {
      name: config.metadata.name,
      uid: config.metadata.uid,
      generation: config.metadata.generation,
    },
    arenaFile: spec.arenaFile,
    type: job.spec.type,
    load,
    dataset: dataset && { ...dataset, columns: reply.rowFields },
    budget,
    selfPlay: spec.selfPlay,
    compat: spec.compat,
    scenarios:
      spec.include || spec.exclude
        ? { include: spec.include, exclude: spec.exclude }
        : undefined,
    trials: spec.trials,
    providers,
    tools,
    allow: allowedBy(from.config),
    outputFormats: spec.outputFormats,
    output,
    concurrency: spec.concurrency ?? reply.concurrency ?? DEFAULT_CONCURRENCY,
    workers: mostReplicas(job.spec.workers),
    itemTimeoutMs: spec.itemTimeoutMs ?? queue.itemTimeoutMs,
    maxAttempts: spec.maxAttempts ?? queue.maxAttempts,
    verbose: spec.verbose,
    engineVersion: reply.engineVersion,
    planVersion: reply.plan.version,
  };
  return withinComparison(job, {
    state: 'ready',
    run: {
      ...base(job, from, output),
      pins,
      plan: reply.plan,
      startWorkers: firstReplicas(job.spec.workers),
    },
  });
}

/** Whose references a run has: what the job does not say, its ArenaConfig does. */
function referrerOf(
  { metadata, spec }: ArenaJob,
  field: 'providers' | 'toolRegistries',
): Referrer {
  return {
    namespace: metadata.namespace,
    kinds: [spec[field] ? 'ArenaJob' : 'ArenaConfig'],
  };
}

/** The parts of a run that say whose it is. */
function base(
  job: ArenaJob,
  from: InputSources,
  output: RunPins['output'],
): Omit<NewRun, 'pins' | 'plan' | 'items'> {
  const { metadata } = job;
  const { annotations = {} } = metadata;
  // Where workers run beside the backend, a claim is one of its folders.
  const claim =
    from.store.cluster === EMBEDDED_CLUSTER && output?.type === 'pvc'
      ? output
      : undefined;
  return {
    id: runIdOf(job),
    cluster: from.store.cluster,
    namespace: metadata.namespace,
    jobName: metadata.name,
    jobUid: metadata.uid,
    attempt: ATTEMPT,
    creator: annotations[ARENA_ANNOTATIONS.creator],
    owner: annotations[ARENA_ANNOTATIONS.owner],
    labels: metadata.labels ?? {},
    outputDirectory:
      claim &&
      join(
        from.config.dataDirectory,
        'outputs',
        metadata.namespace,
        claim.claimName,
        claim.path,
      ),
  };
}

type Origin =
  | { source: ArenaSource; config?: ArenaConfig }
  | { obstacle: Obstacle };

async function findOrigin(job: ArenaJob, store: ObjectReader): Promise<Origin> {
  const { namespace } = job.metadata;
  const { name, kind } = job.spec.sourceRef;
  let source =
    kind === 'ArenaConfig'
      ? undefined
      : await getOrUndefined<ArenaSource>(store, 'ArenaSource', {
          namespace,
          name,
        });
  let config: ArenaConfig | undefined;
  if (!source && kind !== 'ArenaSource') {
    config = await getOrUndefined<ArenaConfig>(store, 'ArenaConfig', {
      namespace,
      name,
    });
    if (!config) {
      return obstacle(
        kind ? 'ConfigNotFound' : 'SourceNotFound',
        kind
          ? `ArenaConfig ${name} does not exist in namespace ${namespace}`
          : `Neither an ArenaSource nor an ArenaConfig of the name ${name} exists in namespace ${namespace}`,
      );
    }
    if (config.spec.suspend) {
      return obstacle(
        'ConfigSuspended',
        `ArenaConfig ${name} is suspended; no new run starts until spec.suspend is false`,
      );
    }
    source = await getOrUndefined<ArenaSource>(store, 'ArenaSource', {
      namespace,
      name: config.spec.sourceRef.name,
    });
  }
  if (!source) {
    return obstacle(
      'SourceNotFound',
      config
        ? `ArenaSource ${config.spec.sourceRef.name}, which ArenaConfig ${name} refers to, does not exist in namespace ${namespace}`
        : `ArenaSource ${name} does not exist in namespace ${namespace}`,
    );
  }
  if (!source.status?.artifact) {
    const ready = source.status?.conditions?.find(c => c.type === 'Ready');
    return obstacle(
      'SourceNotReady',
      `ArenaSource ${source.metadata.name} has no content yet${
        ready?.status === 'False' && ready.message ? `: ${ready.message}` : ''
      }`,
    );
  }
  return { source, config };
}

function obstacle(reason: string, message: string): Origin {
  return { obstacle: { condition: 'ConfigValid', reason, message } };
}

/** The job cannot start yet, and why. */
export function blocked(
  condition: Obstacle['condition'],
  reason: string,
  message: string,
): JobInputs {
  return { state: 'blocked', obstacle: { condition, reason, message } };
}
