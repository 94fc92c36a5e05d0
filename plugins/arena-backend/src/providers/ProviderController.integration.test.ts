import { startMockLlm } from '@backstage-arena/arena-devcluster';
import { databases } from '../__testUtils__/databases';
import { mockLogger } from '../__testUtils__/mockLogger';
import {
  ARENA_API_VERSION,
  Provider,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { createSecretReader } from '../planning/credentials';
import { crdAdmission } from '../services/crdAdmission';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../store/createEmbeddedStore';
import { createWeb, Web } from '../web/Web';
import { ProviderController } from './ProviderController';

jest.setTimeout(60_000);

const KEY = { namespace: 'default', name: 'gpt' };

describe('ProviderController', () => {
  let store: EmbeddedStore;
  let controller: ProviderController;
  let web: Web;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-11-23T00:00:00Z');
    const knex = await databases.init('SQLITE_3');
    await configureDatabase(knex);
    await applyMigrations(knex);
    store = createEmbeddedStore({
      knex,
      admission: crdAdmission,
      logger: mockLogger(),
    });
    web = createWeb({ allowedHosts: ['127.0.0.1', 'localhost'] });
    controller = new ProviderController({
      store: store.resources,
      events: store.events,
      web,
      secrets: createSecretReader({
        config: { secrets: {}, workers: { allowedEnvironment: [] } },
        environment: {},
      }),
      clock: { now: () => new Date(now) },
    });
  });

  afterEach(() => web.close());

  async function look(spec: JsonObject) {
    await store.resources.create({
      apiVersion: ARENA_API_VERSION,
      kind: 'Provider',
      metadata: KEY,
      spec,
    });
    return lookAgain();
  }

  async function lookAgain() {
    const result = await controller.reconcile(KEY);
    const { status } = await store.resources.get<Provider>('Provider', KEY);
    const conditions = Object.fromEntries(
      (status?.conditions ?? []).map(c => [c.type, `${c.status}/${c.reason}`]),
    );
    return { result, phase: status?.phase, conditions };
  }

  it('asks a server of its own whether it is there, and buys nothing', async () => {
    const server = await startMockLlm();
    const first = await look({
      type: 'vllm',
      model: 'm',
      baseURL: server.url,
    });
    expect(first).toEqual({
      result: { requeueAfterMs: 60_000 },
      phase: 'Ready',
      conditions: {
        SecretFound: 'Unknown/NoCredentialRequired',
        CredentialConfigured: 'True/NoCredentialRequired',
        EndpointReachable: 'True/EndpointReachable',
        Ready: 'True/Ready',
      },
    });
    expect(server.calls).toEqual([]);
    await server.stop();
    now += 59_000;
    expect(await lookAgain()).toMatchObject({
      result: { requeueAfterMs: 1_000 },
      phase: 'Ready',
    });
    now += 1_000;
    expect(await lookAgain()).toMatchObject({
      phase: 'Unavailable',
      conditions: {
        EndpointReachable: 'False/EndpointUnreachable',
        Ready: 'False/EndpointUnreachable',
      },
    });
    const provider = await store.resources.get('Provider', KEY);
    const events = await store.events.list(provider.metadata);
    expect(events.map(event => event.reason)).toEqual(['EndpointUnreachable']);
  });

  it('asks a server whose answers change no more often than its interval', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead([503, 200][asked % 2]).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : '';
    const spec = { type: 'vllm', model: 'm' };
    await look({ ...spec, baseURL: `http://127.0.0.1:${port}/` });
    // Every write has the object reconciled again.
    for (let round = 0; round < 10; round += 1) await lookAgain();
    expect(asked).toBe(1);
    now += 60_000;
    for (let round = 0; round < 10; round += 1) await lookAgain();
    expect(asked).toBe(2);
    // A new address is asked at once.
    const provider = await store.resources.get('Provider', KEY);
    await store.resources.update({
      ...provider,
      spec: { ...spec, baseURL: `http://127.0.0.1:${port}/v1` },
    });
    await lookAgain();
    expect(asked).toBe(3);
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  it('names a secret that is missing', async () => {
    expect(
      await look({
        type: 'openai',
        model: 'm',
        credential: { secretRef: { name: 'nope' } },
      }),
    ).toEqual({
      result: { requeueAfterMs: 15_000 },
      phase: 'Error',
      conditions: {
        SecretFound: 'False/SecretNotFound',
        CredentialConfigured: 'False/SecretNotFound',
        Ready: 'False/SecretNotFound',
      },
    });
  });
});
