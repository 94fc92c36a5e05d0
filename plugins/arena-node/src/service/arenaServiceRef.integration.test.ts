import {
  mockCredentials,
  mockServices,
  ServiceFactoryTester,
} from '@backstage/backend-test-utils';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { createServer, IncomingHttpHeaders, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ArenaService, arenaServiceRef } from './arenaServiceRef';

describe('arenaServiceRef', () => {
  let server: Server;
  let seen: Array<{ url?: string; headers: IncomingHttpHeaders }>;

  beforeEach(async () => {
    seen = [];
    server = createServer((req, res) => {
      seen.push({ url: req.url, headers: req.headers });
      res.setHeader('Content-Type', 'application/json').end('{"items":[]}');
    });
    await new Promise<void>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve()),
    );
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  it('asks on behalf of whoever the credentials are of, with a new token each time', async () => {
    const { port } = server.address() as AddressInfo;
    const auth = mockServices.auth({ pluginId: 'scaffolder' });
    const getToken = jest.spyOn(auth, 'getPluginRequestToken');
    const arena = await ServiceFactoryTester.from(
      createServiceFactory({
        service: createServiceRef<ArenaService>({ id: 'test.arena' }),
        deps: { arena: arenaServiceRef },
        factory: deps => deps.arena,
      }),
      {
        dependencies: [
          createServiceFactory({
            service: coreServices.auth,
            deps: {},
            factory: () => auth,
          }),
          createServiceFactory({
            service: coreServices.discovery,
            deps: {},
            factory: () => ({
              getBaseUrl: async id => `http://127.0.0.1:${port}/api/${id}`,
              getExternalBaseUrl: async id => `http://127.0.0.1:${port}/${id}`,
            }),
          }),
        ],
      },
    ).getSubject('scaffolder');

    const client = arena.as(mockCredentials.user('user:default/jo'));
    await client.clusters();
    await client.clusters();

    expect(seen.map(({ url }) => url)).toEqual([
      '/api/arena/v1/clusters',
      '/api/arena/v1/clusters',
    ]);
    expect(getToken).toHaveBeenCalledTimes(2);
    const token = seen[0].headers.authorization?.replace('Bearer ', '') ?? '';
    const principal = await mockServices
      .auth({ pluginId: 'arena' })
      .authenticate(token);
    expect(principal.principal).toMatchObject({
      type: 'user',
      userEntityRef: 'user:default/jo',
    });
  });
});
