import { KubeConfig } from '@kubernetes/client-node';
import { ServiceUnavailableError } from '@backstage/errors';
import { z } from 'zod/v4';
import { Election, ElectionCallbacks } from '../../reconciler/Election';
import {
  ElectionLoop,
  HeldLease,
  LeaseKeeper,
} from '../../reconciler/ElectionLoop';
import { Clock } from '../../time/Clock';
import { KubeClient, KubeRequest } from '../client/KubeClient';
import { codeOf, isNotFound } from '../client/kubeErrors';

/** Options of a {@link LeaseElection}. */
export interface LeaseElectionOptions extends ElectionCallbacks {
  kubeConfig: KubeConfig;
  /** Where the Lease is. */
  namespace: string;
  /** Name of the Lease: replicas that use the same elect one of them. */
  name: string;
  /** Identity of this replica; must differ between processes, also after a restart. */
  holder: string;
  /** Only for the times that people read in the Lease. */
  clock: Clock;
  /** Clock of this process that never jumps, in milliseconds. */
  monotonic?: () => number;
  /** How long a lease lasts without being renewed; whole seconds. */
  ttlMs: number;
  /** The holder gives up when it could not renew it for so long. Less than `ttlMs`, so that it has ended before another begins. */
  renewDeadlineMs: number;
  /** How often it is renewed, or tried to be taken. */
  renewMs: number;
}

const leaseSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  spec: z
    .looseObject({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: z.string().nullish(),
      renewTime: z.string().nullish(),
      leaseTransitions: z.number().nullish(),
    })
    .default({}),
});

type Lease = z.output<typeof leaseSchema>;

/** When this replica saw a state of the lease for the first time. */
interface Sighting {
  state: string;
  at: number;
}

/**
 * One active replica at a time, by a Lease in a Kubernetes cluster that the holder renews.
 *
 * @remarks
 * Nobody compares clocks of different machines: a lease counts as expired when this replica, on its own clock, has not seen it renewed
 * for as long as its holder said that it lasts. Every write is fenced by the version that was read, so that of several who try one succeeds.
 * The epoch is the number of times that the lease changed hands.
 */
export class LeaseElection implements Election, LeaseKeeper {
  readonly #options: LeaseElectionOptions;
  readonly #client: KubeClient;
  readonly #monotonic: () => number;
  readonly #loop: ElectionLoop;
  #seen: Sighting | undefined;
  /** As it was written last by this replica. */
  #mine: Lease | undefined;
  /** Until when it may be believed in, on the monotonic clock. */
  #deadline = 0;

  constructor(options: LeaseElectionOptions) {
    this.#options = options;
    this.#client = KubeClient.for(options.kubeConfig);
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#loop = new ElectionLoop({
      ...options,
      monotonic: this.#monotonic,
      keeper: this,
    });
  }

  isLeader(): boolean {
    return this.#loop.isLeader();
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async acquire(): Promise<HeldLease | undefined> {
    const { holder, ttlMs, renewDeadlineMs } = this.#options;
    const lease = await this.#read();
    if (lease && !this.#isFree(lease)) return undefined;
    const now = this.#now();
    const epoch = (lease?.spec.leaseTransitions ?? 0) + 1;
    const sentAt = this.#monotonic();
    const spec = {
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(ttlMs / 1_000),
      acquireTime: now,
      renewTime: now,
      leaseTransitions: epoch,
    };
    const written = lease
      ? await this.#write({ ...lease, spec })
      : await this.#create(spec);
    if (!written) return undefined;
    this.#mine = written;
    this.#deadline = sentAt + renewDeadlineMs;
    return { epoch, deadline: this.#deadline };
  }

  async renew(epoch: number): Promise<number | undefined> {
    const { holder, renewDeadlineMs } = this.#options;
    for (;;) {
      const sentAt = this.#monotonic();
      const renewed =
        this.#mine &&
        (await this.#write(
          {
            ...this.#mine,
            spec: { ...this.#mine.spec, renewTime: this.#now() },
          },
          this.#leftMs(),
        ));
      if (renewed) {
        this.#mine = renewed;
        this.#deadline = sentAt + renewDeadlineMs;
        return this.#deadline;
      }
      // Somebody wrote it: another holder, or who only set a label.
      const lease = await this.#read(this.#leftMs());
      const isMine =
        lease?.spec.holderIdentity === holder &&
        lease.spec.leaseTransitions === epoch;
      if (!isMine) return undefined;
      this.#mine = lease;
    }
  }

  async release(epoch: number): Promise<void> {
    const lease = this.#mine;
    this.#mine = undefined;
    if (lease?.spec.leaseTransitions !== epoch) return;
    await this.#write({
      ...lease,
      spec: {
        ...lease.spec,
        holderIdentity: '',
        leaseDurationSeconds: 1,
        renewTime: this.#now(),
      },
    });
  }

  /** For a request of the holder: who waits longer learns too late that it has to step down. */
  #leftMs(): number {
    const leftMs = Math.floor(this.#deadline - this.#monotonic());
    if (leftMs > 0) return leftMs;
    const { namespace, name } = this.#options;
    throw new ServiceUnavailableError(
      `The Lease ${namespace}/${name} was not renewed in time`,
    );
  }

  #isFree({ spec }: Lease): boolean {
    const { holder, ttlMs } = this.#options;
    // Its own: it was acquired, but the answer got lost.
    if (!spec.holderIdentity || spec.holderIdentity === holder) return true;
    const state = JSON.stringify(spec);
    const now = this.#monotonic();
    if (this.#seen?.state !== state) {
      this.#seen = { state, at: now };
      return false;
    }
    const lastsMs = (spec.leaseDurationSeconds ?? 0) * 1_000 || ttlMs;
    return now - this.#seen.at >= lastsMs;
  }

  async #read(timeoutMs?: number): Promise<Lease | undefined> {
    try {
      return await this.#send({ path: this.#path, timeoutMs });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Undefined when another one did it first. */
  async #create(spec: Lease['spec']): Promise<Lease | undefined> {
    const { namespace, name } = this.#options;
    return this.#unless([409], {
      method: 'POST',
      path: leasesPath(namespace),
      body: {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { namespace, name },
        spec,
      },
    });
  }

  /** Undefined when it is not as it was read any more, or gone. */
  #write(lease: Lease, timeoutMs?: number): Promise<Lease | undefined> {
    return this.#unless([404, 409], {
      method: 'PUT',
      path: this.#path,
      body: lease,
      timeoutMs,
    });
  }

  async #unless(
    codes: number[],
    request: KubeRequest,
  ): Promise<Lease | undefined> {
    try {
      return await this.#send(request);
    } catch (error) {
      if (codes.includes(codeOf(error) ?? 0)) return undefined;
      throw error;
    }
  }

  async #send(request: KubeRequest): Promise<Lease> {
    const { timeoutMs = Infinity } = request;
    const { body } = await this.#client.request({
      ...request,
      // Time for another try is left where renewals come at least four times as often as the deadline is long.
      timeoutMs: Math.min(timeoutMs, this.#options.renewDeadlineMs / 2),
    });
    return leaseSchema.parse(body);
  }

  get #path(): string {
    const { namespace, name } = this.#options;
    return `${leasesPath(namespace)}/${name}`;
  }

  /** With microseconds, as the API wants it. */
  #now(): string {
    return this.#options.clock.now().toISOString().replace('Z', '000Z');
  }
}

function leasesPath(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
}
