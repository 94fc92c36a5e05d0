import { mockLogger } from '../__testUtils__/mockLogger';
import { Router } from 'express';
import { once } from 'node:events';
import { AddressInfo, createServer, Server } from 'node:net';
import { startListeners } from './startListeners';

const host = '127.0.0.1';

async function listen(port = 0): Promise<Server> {
  const server = createServer();
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

describe('startListeners', () => {
  it('leaves none behind when one cannot be started', async () => {
    const free = await listen();
    const { port } = free.address() as AddressInfo;
    await close(free);
    const start = startListeners({
      config: {
        workers: { listen: { host, port } },
        webhook: {
          ...{ host, port: 0 },
          tls: { certFile: '/nowhere/tls.crt', keyFile: '/nowhere/tls.key' },
        },
      },
      workerRouter: Router(),
      logger: mockLogger(),
    });
    await expect(start).rejects.toThrow(/ENOENT.*nowhere/);
    // The port is free again.
    await close(await listen(port));
  });
});
