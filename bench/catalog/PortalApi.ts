import { Entity } from '@backstage/catalog-model';
import { setTimeout as sleep } from 'node:timers/promises';

const AT_A_TIME = 8;
const NAMESPACE = 'default';
const API_VERSION = 'omnia.altairalabs.ai/v1alpha1';
const PAGE = 500;

/** Name of the entity of a job of the benchmark. */
export const entityName = (index: number) => `${jobName(index)}_embedded`;

function jobName(index: number): string {
  return `job-${String(index).padStart(5, '0')}`;
}

function job(index: number, owner: string): object {
  return {
    apiVersion: API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      name: jobName(index),
      namespace: NAMESPACE,
      labels: { team: `team-${index % 50}` },
      annotations: {
        'arena.backstage.io/owner': owner,
        'arena.backstage.io/component': `component:default/service-${
          index % 500
        }`,
      },
    },
    // Waits for a source that never comes: what is measured is not planning.
    spec: {
      sourceRef: { name: 'none' },
      schedule: { cron: '0 2 1 1 *', suspend: true },
    },
  };
}

/** What the benchmark does with a portal over HTTP, as a guest. */
export class PortalApi {
  readonly #baseUrl: string;
  readonly #token: string;

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  async createJobs(count: number): Promise<void> {
    let next = 0;
    const work = async () => {
      while (next < count) {
        const index = next;
        next += 1;
        await this.#send('POST', this.#jobs(), job(index, 'team-a'));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  }

  /** Milliseconds from the request that gives a job another owner until the catalog says so. */
  async untilChanged(index: number, owner: string): Promise<number> {
    const begin = performance.now();
    await this.#send(
      'PUT',
      `${this.#jobs()}/${jobName(index)}`,
      job(index, owner),
    );
    for (;;) {
      const entity = await this.#send(
        'GET',
        `/api/catalog/entities/by-name/arenajob/${NAMESPACE}/${entityName(
          index,
        )}`,
      );
      if (entity.spec.owner === `group:default/${owner}`) {
        return performance.now() - begin;
      }
      await sleep(20);
    }
  }

  /** Number of entities of jobs. */
  async count(): Promise<number> {
    const { totalItems } = await this.#send(
      'GET',
      '/api/catalog/entities/by-query?filter=kind=arenajob&limit=1&fields=kind',
    );
    return totalItems;
  }

  /** Milliseconds until there are so many entities of jobs. */
  async untilCount(count: number): Promise<number> {
    const begin = performance.now();
    while ((await this.count()) < count) await sleep(250);
    return performance.now() - begin;
  }

  /** All entities of jobs as a provider would hand them over. */
  async entities(): Promise<Entity[]> {
    const found: Entity[] = [];
    let query = `filter=kind=arenajob&limit=${PAGE}`;
    for (;;) {
      const { items, pageInfo } = await this.#send(
        'GET',
        `/api/catalog/entities/by-query?${query}`,
      );
      for (const { relations, metadata, ...rest } of items) {
        const { uid, etag, ...own } = metadata;
        found.push({ ...rest, metadata: own });
      }
      if (!pageInfo.nextCursor) return found;
      query = `limit=${PAGE}&cursor=${encodeURIComponent(pageInfo.nextCursor)}`;
    }
  }

  #jobs(): string {
    return `/api/arena/v1/clusters/embedded/namespaces/${NAMESPACE}/arenajobs`;
  }

  async #send(method: string, path: string, body?: object): Promise<any> {
    const response = await fetch(`${this.#baseUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status}: ${text}`);
    }
    return JSON.parse(text);
  }
}
