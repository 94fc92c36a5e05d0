import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { z } from 'zod/v4';
import { ConfigMapReader } from '../../sources/configmap/ConfigMapReader';
import { KubeClient } from '../client/KubeClient';
import { isForbidden, isNotFound } from '../client/kubeErrors';

const configMapSchema = z.object({
  data: z.record(z.string(), z.string()).optional(),
  binaryData: z.record(z.string(), z.string()).optional(),
});

/** ConfigMaps of a cluster, each read by its name when a source is fetched. */
export class KubernetesConfigMapReader implements ConfigMapReader {
  readonly #client: Pick<KubeClient, 'request'>;

  constructor(options: { client: Pick<KubeClient, 'request'> }) {
    this.#client = options.client;
  }

  async read(
    key: { namespace: string; name: string },
    options: { signal: AbortSignal },
  ): Promise<Record<string, string | Buffer> | undefined> {
    const path = `/api/v1/namespaces/${encodeURIComponent(
      key.namespace,
    )}/configmaps/${encodeURIComponent(key.name)}`;
    try {
      const { signal } = options;
      const { body } = await this.#client.request({ path, signal });
      const { data, binaryData } = configMapSchema.parse(body);
      const binary = Object.entries(binaryData ?? {}).map(
        ([name, content]) => [name, Buffer.from(content, 'base64')] as const,
      );
      return { ...data, ...Object.fromEntries(binary) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (isForbidden(error)) {
        throw new SourceFetchError(
          'AuthenticationFailed',
          `ConfigMap ${key.name} in namespace ${key.namespace} cannot be read: the portal lacks the right to get configmaps there`,
        );
      }
      throw error;
    }
  }

  whereIs(): string {
    return '';
  }
}
