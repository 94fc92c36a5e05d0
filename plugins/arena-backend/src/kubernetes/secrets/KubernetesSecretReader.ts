import {
  ARENA_ANNOTATIONS,
  CredentialSource,
  Provider,
} from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { createSecretFinder } from '../../planning/createSecretFinder';
import {
  CredentialLookup,
  SecretLookup,
  SecretQuery,
  SecretReader,
} from '../../planning/SecretReader';
import { KubeClient } from '../client/KubeClient';
import { isForbidden, isNotFound } from '../client/kubeErrors';
import { decode } from '../launcher/runSecret';

/** Options of a {@link KubernetesSecretReader}. */
export interface KubernetesSecretReaderOptions {
  client: Pick<KubeClient, 'request'>;
  /** Namespaces that are served. Absent: all. */
  namespaces?: readonly string[];
  /** Variables of the backend's environment that may be used as credentials. */
  allowedEnvironment: readonly string[];
  environment: NodeJS.ProcessEnv;
  /** How long a Secret that is there is taken for unchanged. Default 30 s. */
  keepMs?: number;
  /** The same for one that is not. Default 3 s: somebody may be about to create it. */
  keepMissingMs?: number;
}

type Values = Record<string, string>;

interface KnownSecret {
  values: Values;
  /** That it may be sent to. */
  sourceHosts: readonly string[];
}

interface Reading {
  /** The API server does not let us look. */
  forbidden: boolean;
  secret: Promise<KnownSecret | undefined>;
  until: number;
}

const MAX_READINGS = 1_000;
const MAX_SEEN = 5_000;

const secretSchema = z.object({
  metadata: z
    .object({ annotations: z.record(z.string(), z.string()).optional() })
    .optional(),
  data: z.record(z.string(), z.string()).optional(),
});

/** Secrets of a cluster, each read by its name: a list or a watch would need the right to see them all. */
export class KubernetesSecretReader implements SecretReader {
  private readonly options: KubernetesSecretReaderOptions & {
    keepMs: number;
    keepMissingMs: number;
  };
  private readonly finder: SecretReader;
  private readonly readings = new Map<string, Reading>();
  /** Also what was rotated since: runs that began with it may still say it. */
  private seen: readonly string[] = [];

  constructor(options: KubernetesSecretReaderOptions) {
    this.options = { keepMs: 30_000, keepMissingMs: 3_000, ...options };
    this.finder = createSecretFinder({
      environment: options.environment,
      allowedEnvironment: options.allowedEnvironment,
      values: async (namespace, name) =>
        (await this.secret(namespace, name))?.values,
      sourceHosts: async (namespace, name) =>
        (await this.secret(namespace, name))?.sourceHosts ?? [],
      howToAllow: (namespace, name, hosts) =>
        `who owns it allows it with kubectl annotate --overwrite secret ${name} -n ${namespace} ${
          ARENA_ANNOTATIONS.sourceCredentials
        }=${hosts.join(',')}`,
      whereIs: (namespace, name) =>
        this.readings.get(`${namespace}/${name}`)?.forbidden
          ? ', or the portal may not read it'
          : '',
      refuses: namespace => this.refuses(namespace),
      variableHint:
        ', whose variables are those of the backend and are copied to the pods; on Kubernetes, spec.credential.secretRef with a Secret is the usual way',
      noFiles:
        'spec.credential.filePath cannot be used: the pods of workers have no files but those of their image; use secretRef with a Secret',
    });
  }

  find(provider: Provider): Promise<CredentialLookup> {
    return this.finder.find(provider);
  }

  findSecret(query: SecretQuery): Promise<SecretLookup> {
    return this.finder.findSecret(query);
  }

  read(source: CredentialSource): Promise<string | undefined> {
    return this.finder.read(source);
  }

  known(): readonly string[] {
    return this.seen;
  }

  private refuses(namespace: string): string | undefined {
    const { namespaces } = this.options;
    return !namespaces || namespaces.includes(namespace)
      ? undefined
      : `the portal serves no other namespaces of this cluster than ${namespaces.join(
          ', ',
        )}`;
  }

  private secret(
    namespace: string,
    name: string,
  ): Promise<KnownSecret | undefined> {
    const key = `${namespace}/${name}`;
    const known = this.readings.get(key);
    if (known && performance.now() < known.until) return known.secret;
    this.readings.delete(key);
    const reading: Reading = {
      secret: this.fetch(namespace, name).catch(error => {
        if (!isForbidden(error)) throw error;
        reading.forbidden = true;
        return undefined;
      }),
      until: Infinity,
      forbidden: false,
    };
    this.readings.set(key, reading);
    if (this.readings.size > MAX_READINGS) {
      const [oldest] = this.readings.keys();
      this.readings.delete(oldest);
    }
    const { keepMs, keepMissingMs } = this.options;
    reading.secret.then(
      secret => {
        reading.until = performance.now() + (secret ? keepMs : keepMissingMs);
      },
      () => {
        // Of a fault nothing is kept.
        if (this.readings.get(key) === reading) this.readings.delete(key);
      },
    );
    return reading.secret;
  }

  private async fetch(
    namespace: string,
    name: string,
  ): Promise<KnownSecret | undefined> {
    try {
      const { body } = await this.options.client.request({
        path: `/api/v1/namespaces/${encodeURIComponent(
          namespace,
        )}/secrets/${encodeURIComponent(name)}`,
      });
      const { metadata, data = {} } = secretSchema.parse(body);
      const values = decode(data);
      this.remember(Object.values(values));
      const listed =
        metadata?.annotations?.[ARENA_ANNOTATIONS.sourceCredentials] ?? '';
      return { values, sourceHosts: listed.split(/[\s,]+/).filter(Boolean) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private remember(values: readonly string[]): void {
    const isNew = values.some(value => !this.seen.includes(value));
    if (!isNew) return;
    this.seen = [...new Set([...this.seen, ...values])].slice(-MAX_SEEN);
  }
}
