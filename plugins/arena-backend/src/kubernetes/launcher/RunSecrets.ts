import {
  WorkerPoolKey,
  WorkerPoolSpec,
} from '@backstage-arena/plugin-arena-node';
import { createHash } from 'node:crypto';
import { z } from 'zod/v4';
import { KubeClient } from '../client/KubeClient';
import { isAlreadyExists, isConflict, isNotFound } from '../client/kubeErrors';
import {
  copiedValues,
  decode,
  encode,
  runSecret,
  TOKEN_KEY,
} from './runSecret';
import { ownedBy } from './ownership';
import { workerJobName } from './workerNames';

const secretSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    ownerReferences: z
      .array(z.object({ uid: z.string(), kind: z.string(), name: z.string() }))
      .optional(),
  }),
  data: z.record(z.string(), z.string()).optional(),
});

type SecretObject = z.infer<typeof secretSchema>;

interface Address {
  namespace: string;
  name: string;
}

interface KnownSecret extends Address {
  uid: string;
  /** Of what was copied; not the values themselves. */
  digest: string;
  /** Under which keys it was copied. */
  keys: readonly string[];
}

/**
 * The Secrets of runs: each is created when workers are first wanted, kept up to date with what it copies, and deleted when its run is over. A
 * Secret that is known to be as it should be costs no request.
 */
export class RunSecrets {
  private readonly known = new Map<string, KnownSecret>();

  constructor(
    private readonly client: Pick<KubeClient, 'request'>,
    private readonly caData: string | undefined,
  ) {}

  /** Returns who has the name, when it is not the run of this spec. */
  async ensure(spec: WorkerPoolSpec): Promise<string | undefined> {
    const existing = await this.refresh(spec);
    if (typeof existing === 'string') return existing;
    if (existing) return undefined;
    const copied = await copiedValues(spec, this.caData);
    const secret = await this.create(spec, copied);
    // It came between two requests; looked at anew.
    if (!secret) return this.ensure(spec);
    this.remember(spec, secret, copied);
    return undefined;
  }

  /** Takes out of the Secret what has no value any more, when there is a Secret. */
  async withdraw(spec: WorkerPoolSpec): Promise<void> {
    await this.refresh(spec);
  }

  /** Looks at the Secret anew the next time: pods say that it is gone. */
  forget(runId: string): void {
    this.known.delete(runId);
  }

  /** Deletes the Secret of a run. */
  async delete(pool: WorkerPoolKey): Promise<void> {
    const address = addressOf(pool);
    const secret = await this.read(address);
    if (secret && ownedBy(secret.metadata, pool).ours) {
      await this.remove(address, secret.metadata.uid);
    }
    this.known.delete(pool.runId);
  }

  /**
   * Brings the Secret that is there up to date with what it copies.
   *
   * @returns it; who has the name, when it is not the run of this spec; undefined when there is none
   */
  private async refresh(
    spec: WorkerPoolSpec,
  ): Promise<KnownSecret | string | undefined> {
    const copied = await copiedValues(spec, this.caData);
    const existing = this.known.get(spec.runId) ?? (await this.find(spec));
    if (!existing || typeof existing === 'string') return existing;
    if (existing.digest === digestOf(copied)) {
      this.known.set(spec.runId, existing);
      return existing;
    }
    const secret = await this.update(existing, copied);
    if (secret) return this.remember(spec, secret, copied);
    // It went between two requests; looked at anew.
    this.known.delete(spec.runId);
    return this.refresh(spec);
  }

  private remember(
    spec: WorkerPoolSpec,
    { metadata: { uid } }: SecretObject,
    copied: Record<string, string>,
  ): KnownSecret {
    const known = {
      ...addressOf(spec),
      uid,
      digest: digestOf(copied),
      keys: Object.keys(copied),
    };
    this.known.set(spec.runId, known);
    return known;
  }

  private async find(
    spec: WorkerPoolSpec,
  ): Promise<KnownSecret | string | undefined> {
    const address = addressOf(spec);
    const secret = await this.read(address);
    if (!secret) return undefined;
    const { ours, owner } = ownedBy(secret.metadata, spec);
    if (!ours) return owner;
    const { uid } = secret.metadata;
    const { [TOKEN_KEY]: token, ...others } = secret.data ?? {};
    if (token) {
      const digest = digestOf(decode(others));
      return { ...address, uid, digest, keys: Object.keys(others) };
    }
    // Without a token it is of no use.
    await this.remove(address, uid);
    return undefined;
  }

  private async read(address: Address): Promise<SecretObject | undefined> {
    try {
      const { body } = await this.client.request({
        path: pathOf(address.namespace, address.name),
      });
      return secretSchema.parse(body);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** @returns undefined when one of that name is there by now. */
  private async create(
    spec: WorkerPoolSpec,
    copied: Record<string, string>,
  ): Promise<SecretObject | undefined> {
    try {
      const { body } = await this.client.request({
        method: 'POST',
        path: pathOf(spec.namespace),
        body: runSecret(spec, { [TOKEN_KEY]: await spec.token(), ...copied }),
      });
      return secretSchema.parse(body);
    } catch (error) {
      if (isAlreadyExists(error)) return undefined;
      throw error;
    }
  }

  /**
   * The token stays: workers that run have it already. What is copied no more goes. Returns undefined when the Secret is gone.
   */
  private async update(
    { namespace, name, uid, keys }: KnownSecret,
    copied: Record<string, string>,
  ): Promise<SecretObject | undefined> {
    const gone = keys.filter(key => !(key in copied));
    try {
      const { body } = await this.client.request({
        method: 'PATCH',
        path: pathOf(namespace, name),
        contentType: 'application/merge-patch+json',
        body: {
          metadata: { uid },
          data: {
            ...Object.fromEntries(gone.map(key => [key, null])),
            ...encode(copied),
          },
        },
      });
      return secretSchema.parse(body);
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return undefined;
      throw error;
    }
  }

  private async remove(address: Address, uid: string): Promise<void> {
    try {
      await this.client.request({
        method: 'DELETE',
        path: pathOf(address.namespace, address.name),
        body: { preconditions: { uid } },
      });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}

function addressOf(pool: WorkerPoolKey): Address {
  return { namespace: pool.namespace, name: workerJobName(pool, 'work') };
}

function pathOf(namespace: string, name?: string): string {
  return `/api/v1/namespaces/${namespace}/secrets${name ? `/${name}` : ''}`;
}

function digestOf(values: Record<string, string>): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(values).sort()))
    .digest('hex');
}
