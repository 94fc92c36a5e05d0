import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import techInsightsPlugin from '@backstage-community/plugin-tech-insights-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  ARENA_API_VERSION,
  ArenaApi,
  ArenaObject,
} from '@backstage-arena/plugin-arena-common';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import techInsightsModuleArena from './index';

jest.setTimeout(120_000);

const cleanups: Array<() => Promise<unknown>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function job(name: string, component: string): ArenaObject {
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      name,
      namespace: 'team',
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
      annotations: { 'arena.backstage.io/component': component },
    },
    spec: { type: 'evaluation' },
    status: {
      phase: 'Succeeded',
      completionTime: new Date(Date.now() - 3_600_000).toISOString(),
      result: { summary: { passRate: '75' } },
    },
  };
}

/** Two jobs on two pages of the only cluster. */
function arenaWith(cluster: { ready: boolean; message?: string }) {
  const pages = [[job('a', 'shop')], [job('b', 'a:b:c')]];
  const api: Pick<ArenaApi, 'clusters' | 'list'> = {
    clusters: async () => [{ name: 'prod', kind: 'kubernetes', ...cluster }],
    list: async query => {
      const at = Number(query.continue ?? 0);
      return {
        items: pages[at] as never[],
        metadata: {
          resourceVersion: '1',
          ...(at + 1 < pages.length && { continue: String(at + 1) }),
        },
      };
    },
  };
  return { as: () => api as ArenaApi };
}

async function startTechInsights(cluster: {
  ready: boolean;
  message?: string;
}) {
  const component = (name: string) => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default' },
    spec: { type: 'service', owner: 'team', lifecycle: 'production' },
  });
  const scheduler = mockServices.scheduler();
  const backend = await startTestBackend({
    features: [
      techInsightsPlugin,
      techInsightsModuleArena,
      catalogServiceMock.factory({
        entities: [component('shop'), component('bank')],
      }),
      mockServices.rootConfig.factory({
        data: {
          techInsights: {
            factRetrievers: {
              arenaFactRetriever: { cadence: '*/15 * * * *' },
            },
          },
        },
      }),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      createServiceFactory({
        service: arenaServiceRef,
        deps: {},
        factory: () => arenaWith(cluster),
      }),
    ],
  });
  cleanups.push(() => backend.stop());
  const latest = async (name: string) => {
    const response = await request(backend.server)
      .get('/api/tech-insights/facts/latest')
      .query({
        entity: `component:default/${name}`,
        ids: ['arenaFactRetriever'],
      })
      .set('Authorization', mockCredentials.user.header());
    expect(response.status).toBe(200);
    return response.body.arenaFactRetriever?.facts;
  };
  return {
    retrieve: () => scheduler.triggerTask('arenaFactRetriever'),
    latest,
  };
}

describe('techInsightsModuleArena', () => {
  it('stores facts about every component', async () => {
    const { retrieve, latest } = await startTechInsights({ ready: true });
    await retrieve();
    for (let n = 0; n < 50 && !(await latest('bank')); n += 1) await sleep(100);
    expect(await latest('shop')).toEqual({
      hasArenaJob: true,
      hasSchedule: false,
      hasLoadTest: false,
      lastRunSucceeded: true,
      latestPassRate: 0.75,
      daysSinceLastRun: 0,
    });
    expect(await latest('bank')).toMatchObject({
      hasArenaJob: false,
      latestPassRate: null,
    });
  });

  it('stores nothing when a cluster does not answer', async () => {
    const { retrieve, latest } = await startTechInsights({
      ready: false,
      message: 'no route to host',
    });
    // Whether whoever triggers a task learns how it ends is up to the scheduler.
    expect(await retrieve().then(() => 'triggered', String)).toMatch(
      /triggered|Cluster 'prod' does not answer/,
    );
    await sleep(500);
    expect(await latest('shop')).toBeUndefined();
  });
});
