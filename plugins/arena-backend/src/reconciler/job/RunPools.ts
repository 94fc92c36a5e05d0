import { ArenaJob, RunPins } from '@backstage-arena/plugin-arena-common';
import {
  WorkerLauncher,
  WorkerPoolStatus,
} from '@backstage-arena/plugin-arena-node';
import { SecretReader } from '../../planning/credentials';
import { readHeaderValue } from '../../planning/headerCredentials';
import { RunStore } from '../../runs/RunStore';

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
  token?: string;
}

/** Gives runs their workers, with the token and the secrets that they need. */
export class RunPools {
  private readonly known = new Map<string, KnownRun>();

  constructor(private readonly options: RunPoolsOptions) {}

  /** What is pinned in a run. */
  async pins(runId: string): Promise<RunPins> {
    return (await this.recall(runId)).pins;
  }

  status(runId: string): Promise<WorkerPoolStatus> {
    return this.options.launcher.status(runId);
  }

  /** Why the workers of a run cannot be started, if so. */
  async obstacle(runId: string): Promise<string | undefined> {
    const { providers, tools } = await this.pins(runId);
    for (const { id, credentialSource } of providers ?? []) {
      if (
        credentialSource &&
        this.options.secrets.read(credentialSource) === undefined
      ) {
        return 'environment' in credentialSource
          ? `The credential of provider ${id} is gone: environment variable ${credentialSource.environment} is not set or no longer allowed`
          : `The credential of provider ${id} is gone: secret ${credentialSource.secret} in namespace ${credentialSource.namespace} has no key ${credentialSource.key}`;
      }
    }
    for (const { name, registry, credentialSources } of tools ?? []) {
      const gone = Object.values(credentialSources ?? {}).some(
        source => readHeaderValue(this.options.secrets, source) === undefined,
      );
      if (gone) {
        return `The credential of tool ${name} of ToolRegistry ${registry} is gone: its secret does not have the key any more`;
      }
    }
    return undefined;
  }

  async ensure(job: ArenaJob, runId: string, replicas: number): Promise<void> {
    const { launcher, runs, cluster, workerUrl } = this.options;
    const known = await this.recall(runId);
    // One token for as long as this replica leads: another one would make the workers start anew.
    known.token ??= await runs.issueToken(runId);
    await launcher.ensure({
      runId,
      cluster,
      namespace: job.metadata.namespace,
      jobName: job.metadata.name,
      jobUid: job.metadata.uid,
      replicas,
      token: known.token,
      backendUrl: await workerUrl(),
      credentials: this.credentials(known.pins),
      verbose: known.pins.verbose,
    });
  }

  async stop(runId: string): Promise<void> {
    this.known.delete(runId);
    await this.options.launcher.stop(runId);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.known.keys()].map(runId => this.stop(runId)));
  }

  /** The secrets of a run, each in its slot. */
  private credentials({ providers, tools }: RunPins): Record<string, string> {
    const { secrets } = this.options;
    const credentials: Record<string, string> = {};
    for (const { credentialSlot, credentialSource } of providers ?? []) {
      const secret = credentialSource && secrets.read(credentialSource);
      if (credentialSlot && secret) credentials[credentialSlot] = secret;
    }
    for (const { credentialSlots, credentialSources } of tools ?? []) {
      for (const [header, slot] of Object.entries(credentialSlots ?? {})) {
        const source = credentialSources?.[header];
        const value = source && readHeaderValue(secrets, source);
        if (value) credentials[slot] = value;
      }
    }
    return credentials;
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
