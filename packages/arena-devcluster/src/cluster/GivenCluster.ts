import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { delimiter } from 'node:path';
import { run } from '../process/run';
import { Cluster } from './Cluster';

/** Options of {@link GivenCluster}. */
export interface GivenClusterOptions {
  kubeconfig: string;
  /** Where its pods find this machine. */
  hostAddress?: string;
}

/** A cluster that somebody else runs. */
export class GivenCluster implements Cluster {
  readonly own = false;
  readonly kubeconfig: string;
  private readonly givenAddress: string | undefined;

  constructor(options: GivenClusterOptions) {
    this.kubeconfig = options.kubeconfig;
    this.givenAddress = options.hostAddress;
  }

  get hostAddress(): string {
    if (!this.givenAddress) {
      throw new NotFoundError(
        'Pods of the cluster in KUBECONFIG must find this machine: set ARENA_HOST_ADDRESS to its address',
      );
    }
    return this.givenAddress;
  }

  hostUrl(port: number): string {
    return `http://${this.hostAddress}:${port}`;
  }

  kubectl(args: readonly string[], options: { input?: string } = {}) {
    // Several files in one variable are allowed there, in an option they are not.
    const env = { ...process.env, KUBECONFIG: this.kubeconfig };
    return run('kubectl', args, { ...options, env });
  }

  importImage = refuse('import an image: push it to a registry');
  kill = refuse('signal a component');
  start = refuse('start a component');
  pause = refuse('pause a component');
  resume = refuse('resume a component');
  compact = refuse('compact the store');
  auditLog = refuse('read the audit log');
  runOnNode = refuse('run a command on the node');
  volumeFolder = refuse('make a folder on the node');

  /** Somebody else sees to that. */
  isRunning(): boolean {
    return true;
  }

  async down(): Promise<void> {}

  async wipe(): Promise<void> {}
}

function refuse(what: string): () => Promise<never> {
  return async () => {
    const { KUBECONFIG = '' } = process.env;
    const files = KUBECONFIG.split(delimiter).join(', ');
    throw new NotAllowedError(
      `Cannot ${what}: the cluster of KUBECONFIG (${files}) is not of our own`,
    );
  };
}
