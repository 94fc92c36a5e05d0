import { startMockLlm } from '@backstage-arena/arena-devcluster';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import {
  ARENA_API_VERSION,
  Provider,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { createSecretReader } from '../planning/credentials';
import { crdAdmission } from '../services/crdAdmission';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../store/createEmbeddedStore';
import { systemClock } from '../time/Clock';
import { createWeb, Web } from '../web/Web';
import { ProviderController } from './ProviderController';

jest.setTimeout(60_000);

const KEY = { namespace: 'default', name: 'gpt' };

describe('ProviderController', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  let store: EmbeddedStore;
  let controller: ProviderController;
  let web: Web;

  beforeEach(async () => {
    const knex = await databases.init('SQLITE_3');
    await configureDatabase(knex);
    await applyMigrations(knex);
    store = createEmbeddedStore({
      knex,
      admission: crdAdmission,
      logger: mockServices.logger.mock(),
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
      clock: systemClock,
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

  it('names a secret that is missing', async () => {
    expect(
      await look({
        type: 'openai',
        model: 'm',
        credential: { secretRef: { name: 'nope' } },
      }),
    ).toEqual({
      result: {},
      phase: 'Error',
      conditions: {
        SecretFound: 'False/SecretNotFound',
        CredentialConfigured: 'False/SecretNotFound',
        Ready: 'False/SecretNotFound',
      },
    });
  });
});
