import { randomBytes } from 'node:crypto';
import { KubeClient } from '../client/KubeClient';

/** Makes namespaces within milliseconds, and deletes them after the test file without waiting for their end. */
export class TestNamespaces {
  readonly #client: KubeClient;
  readonly #names: string[] = [];

  constructor(client: KubeClient) {
    this.#client = client;
    afterAll(async () => {
      for (const name of this.#names) {
        await this.#client.request({
          method: 'DELETE',
          path: `/api/v1/namespaces/${name}`,
        });
      }
    });
  }

  async create(prefix: string): Promise<string> {
    const name = `${prefix}-${randomBytes(4).toString('hex')}`;
    await this.#client.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    });
    this.#names.push(name);
    return name;
  }
}
