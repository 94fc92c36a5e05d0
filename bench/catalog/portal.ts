// A backend with the catalog, and what fills it: Arena with its catalog module, or a provider that has everything ready. Its first argument says which.
import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { ArenaClient } from '@backstage-arena/plugin-arena-common';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { IncomingMessage } from 'node:http';
import { ArenaEntitiesProcessor } from '../../plugins/catalog-backend-module-arena/src/processor/ArenaEntitiesProcessor';
import { Figures } from './messages';

const mode = process.env.ARENA_BENCH_MODE;
const isFailing = process.env.ARENA_BENCH_FAILING === '1';
const requests: Record<string, number> = {};
let failures = 0;
let ingest: (() => Promise<void>) | undefined;

subscribe('http.server.request.start', message => {
  const { request } = message as { request: IncomingMessage };
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith('/api/arena/')) return;
  const last = url.pathname.split('/').pop()!;
  const what = `${request.method} ${last}`;
  requests[what] = (requests[what] ?? 0) + 1;
});

function figures(): Figures {
  const { user, system } = process.cpuUsage();
  const status = readFileSync('/proc/self/status', 'utf8');
  return {
    cpuSeconds: (user + system) / 1e6,
    peakMiB: Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1_024,
    requests: { ...requests },
    failures,
  };
}

/** Arena as it is, but for a cluster that goes away after the first page of jobs. */
const failingArena = createServiceFactory({
  service: arenaServiceRef,
  deps: { auth: coreServices.auth, discovery: coreServices.discovery },
  factory: ({ auth, discovery }) => ({
    as: credentials =>
      new ArenaClient({
        baseUrl: () => discovery.getBaseUrl('arena'),
        fetch: async (input, init) => {
          if (/arenajobs\?.*continue=/.test(String(input))) {
            failures += 1;
            throw new Error('The cluster went away in the middle of a list');
          }
          const { token } = await auth.getPluginRequestToken({
            onBehalfOf: credentials,
            targetPluginId: 'arena',
          });
          const headers = new Headers(init?.headers);
          headers.set('Authorization', `Bearer ${token}`);
          return fetch(input, { ...init, headers });
        },
      }),
  }),
});

/** Hands over entities that are ready, as a whole and when it is told to. */
const plainProvider = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'plain',
  register(env) {
    env.registerInit({
      deps: { catalog: catalogProcessingExtensionPoint },
      async init({ catalog }) {
        const entities = JSON.parse(
          readFileSync(process.env.ARENA_BENCH_ENTITIES!, 'utf8'),
        );
        catalog.addProcessor(new ArenaEntitiesProcessor());
        catalog.addEntityProvider({
          getProviderName: () => 'arena:embedded',
          async connect(connection) {
            ingest = () =>
              connection.applyMutation({
                type: 'full',
                entities: entities.map((entity: never) => ({
                  entity,
                  locationKey: 'arena:embedded',
                })),
              });
          },
        });
      },
    });
  },
});

const ready = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'benchmark',
  register(env) {
    env.registerInit({
      deps: { lifecycle: coreServices.rootLifecycle },
      async init({ lifecycle }) {
        lifecycle.addStartupHook(async () => {
          process.send!({ bench: { ready: true } });
        });
      },
    });
  },
});

const backend = createBackend();
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@backstage/plugin-catalog-backend'));
if (mode === 'plain') {
  backend.add(plainProvider);
} else {
  backend.add(import('@backstage-arena/plugin-arena-backend'));
  backend.add(import('@backstage-arena/plugin-catalog-backend-module-arena'));
  if (isFailing) backend.add(failingArena);
}
backend.add(ready);
process.on('message', (message: { bench?: string }) => {
  if (message.bench === 'figures') process.send!({ bench: figures() });
  if (message.bench === 'ingest') {
    ingest?.().catch(error => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    });
  }
});
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
backend.start();
