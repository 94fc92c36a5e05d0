import { KubeClient } from '../client/KubeClient';
import { KubeObject } from '../client/KubeObject';

/** Writes config maps into a namespace: the smallest objects there are. */
export class TestObjects {
  readonly #client: KubeClient;
  readonly #path: string;

  constructor(client: KubeClient, namespace: string) {
    this.#client = client;
    this.#path = `/api/v1/namespaces/${namespace}/configmaps`;
  }

  async create(name: string, value = 'first'): Promise<KubeObject> {
    return this.#send('POST', this.#path, {
      metadata: { name },
      data: { value },
    });
  }

  async change(name: string, value: string): Promise<KubeObject> {
    return this.#send('PATCH', `${this.#path}/${name}`, { data: { value } });
  }

  async delete(name: string): Promise<void> {
    await this.#send('DELETE', `${this.#path}/${name}`);
  }

  /** Creates many, some at a time. */
  async createMany(count: number): Promise<void> {
    const names = Array.from({ length: count }, (_, i) => `object-${i}`);
    for (let from = 0; from < count; from += 32) {
      await Promise.all(
        names.slice(from, from + 32).map(name => this.create(name)),
      );
    }
  }

  async #send(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<KubeObject> {
    const answer = await this.#client.request({
      method,
      path,
      body,
      contentType:
        method === 'PATCH' ? 'application/merge-patch+json' : undefined,
    });
    return answer.body as KubeObject;
  }
}
