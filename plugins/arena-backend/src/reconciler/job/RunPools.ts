import { stringifyError } from '@backstage/errors';
import {
  ArenaJob,
  ObjectKey,
  ResolvedProvider,
  ResolvedTool,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import {
  WorkerLauncher,
  WorkerPoolKey,
  WorkerPoolSpec,
  WorkerPoolStatus,
  WorkerTrouble,
} from '@backstage-arena/plugin-arena-node';
import { SecretReader } from '../../planning/SecretReader';
import { readHeaderValue } from '../../planning/headerCredentials';
import { RunStore } from '../../runs/RunStore';
import { outputCredentials, workerCredentials } from './workerCredentials';
import { workerMetadata } from './workerMetadata';

/** Options of {@link RunPools}. */
export interface RunPoolsOptions {
  runs: RunStore;
  launcher: WorkerLauncher;
  secrets: SecretReader;
  cluster: string;
  /** Where workers reach the worker protocol. */
  workerUrl: () => Promise<string>;
}

interface KnownRun {
  pins: RunPins;
  token?: Promise<string>;
}

/** Whose workers those of a run of a job are. */
export function poolOf(job: ArenaJob, runId: string): WorkerPoolKey {
  const { namespace, name, uid } = job.metadata;
  return { runId, namespace, jobName: name, jobUid: uid };
}

/** Gives runs their workers, with the token and the secrets that they need. */
export class RunPools {
  private readonly known = new Map<string, KnownRun>();

  constructor(private readonly options: RunPoolsOptions) {}

  /** What is pinned in a run. */
  async pins(runId: string): Promise<RunPins> {
    return (await this.recall(runId)).pins;
  }

  status(pool: WorkerPoolKey): Promise<WorkerPoolStatus> {
    return this.options.launcher.status(pool);
  }

  /** Tells whose workers have changed, where the launcher knows. */
  onChange(listener: (job: ObjectKey) => void): () => void {
    return this.options.launcher.onChange?.(listener) ?? (() => {});
  }

  /** A run is being planned that will want so many workers at first. */
  prepare(replicas: number): void {
    this.options.launcher.prepare?.(replicas);
  }

  /** Why workers as the job wants them are never started, if so. */
  refusal(job: ArenaJob): WorkerTrouble | undefined {
    return this.options.launcher.refuses?.(job.spec.workers);
  }

  /**
   * Why the workers of a run cannot be started, if so.
   *
   * @param options.finalizing - only the reports are left to write, which takes nothing of what items take
   */
  async obstacle(
    job: ArenaJob,
    runId: string,
    { finalizing }: { finalizing: boolean },
  ): Promise<WorkerTrouble | undefined> {
    const refusal = this.refusal(job);
    if (refusal) return refusal;
    const { providers, tools, output } = await this.pins(runId);
    const message =
      (await this.goneOfProviders(finalizing ? [] : providers ?? [])) ??
      (await this.goneOfTools(finalizing ? [] : tools ?? [])) ??
      (await this.goneOfOutput(output));
    if (!message) return undefined;
    const failure = await this.withdraw(job, runId);
    return {
      reason: 'WorkersNotStarted',
      message: failure
        ? `${message}; taking it from the workers failed and is tried again: ${failure}`
        : message,
    };
  }

  /** Returns why it failed, if it did: that must not hide what the credential is wanted for. */
  private async withdraw(
    job: ArenaJob,
    runId: string,
  ): Promise<string | undefined> {
    const { launcher } = this.options;
    if (!launcher.withdraw) return undefined;
    try {
      const none = { replicas: 0, finalizing: false };
      await launcher.withdraw(await this.specOf(job, runId, none));
      return undefined;
    } catch (error) {
      return stringifyError(error);
    }
  }

  async ensure(
    job: ArenaJob,
    runId: string,
    wanted: { replicas: number; finalizing: boolean },
  ): Promise<void> {
    await this.options.launcher.ensure(await this.specOf(job, runId, wanted));
  }

  private async specOf(
    job: ArenaJob,
    runId: string,
    wanted: { replicas: number; finalizing: boolean },
  ): Promise<WorkerPoolSpec> {
    const { runs, secrets, cluster, workerUrl } = this.options;
    const known = await this.recall(runId);
    return {
      ...wanted,
      ...workerMetadata(job),
      ...poolOf(job, runId),
      cluster,
      // One token for as long as this replica leads: another one would make local workers start anew.
      token: () => {
        known.token ??= runs.issueToken(runId).catch(error => {
          known.token = undefined;
          throw error;
        });
        return known.token;
      },
      backendUrl: await workerUrl(),
      credentials: workerCredentials(known.pins, secrets),
      outputCredentials: outputCredentials(known.pins, secrets),
      verbose: known.pins.verbose,
      measuresTime: job.spec.type === 'loadtest',
      podOverrides: job.spec.workers?.podOverrides,
      output: job.spec.output,
    };
  }

  async stop(pool: WorkerPoolKey): Promise<void> {
    this.known.delete(pool.runId);
    await this.options.launcher.stop(pool);
  }

  /** Forgets all runs: another replica drives them from now on. */
  async releaseAll(): Promise<void> {
    const runIds = [...this.known.keys()];
    this.known.clear();
    const { launcher } = this.options;
    await Promise.all(runIds.map(runId => launcher.release(runId)));
  }

  private async goneOfProviders(
    providers: readonly ResolvedProvider[],
  ): Promise<string | undefined> {
    for (const { id, credentialSource: source } of providers) {
      if (!source || (await this.options.secrets.read(source)) !== undefined) {
        continue;
      }
      return 'environment' in source
        ? `The credential of provider ${id} is gone: environment variable ${source.environment} is not set or no longer allowed`
        : `The credential of provider ${id} is gone: secret ${source.secret} in namespace ${source.namespace} has no key ${source.key}`;
    }
    return undefined;
  }

  private async goneOfTools(
    tools: readonly ResolvedTool[],
  ): Promise<string | undefined> {
    for (const { name, registry, credentialSources } of tools) {
      for (const source of Object.values(credentialSources ?? {})) {
        const value = await readHeaderValue(this.options.secrets, source);
        if (value === undefined) {
          return `The credential of tool ${name} of ToolRegistry ${registry} is gone: its secret does not have the key any more`;
        }
      }
    }
    return undefined;
  }

  private async goneOfOutput(
    output: RunPins['output'],
  ): Promise<string | undefined> {
    if (output?.type !== 's3') return undefined;
    for (const source of Object.values(output.credentialSources ?? {})) {
      if ((await this.options.secrets.read(source)) !== undefined) continue;
      return `The credential of the output in bucket ${
        output.bucket
      } is gone: ${
        'environment' in source
          ? `environment variable ${source.environment} is not set`
          : `secret ${source.secret} in namespace ${source.namespace} has no key ${source.key}`
      }`;
    }
    return undefined;
  }

  private async recall(runId: string): Promise<KnownRun> {
    let known = this.known.get(runId);
    if (!known) {
      known = { pins: (await this.options.runs.get(runId)).pins };
      this.known.set(runId, known);
    }
    return known;
  }
}
