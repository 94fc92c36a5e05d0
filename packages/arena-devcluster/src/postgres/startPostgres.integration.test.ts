import { createConnection } from 'node:net';
import { once } from 'node:events';
import { startPostgres } from './startPostgres';

describe('startPostgres', () => {
  it('should listen while it runs and leave nothing behind', async () => {
    const server = await startPostgres();
    const socket = createConnection(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();

    await server.stop();

    const refused = createConnection(server.port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toThrow('ECONNREFUSED');
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  }, 60_000);

  it('should be there again after a crash', async () => {
    const server = await startPostgres();
    try {
      const { pid } = server;
      const client = createConnection(server.port, '127.0.0.1');
      await once(client, 'connect');
      client.on('error', () => {});
      // Some are told of a reset first; `once` would take that for its own failure.
      const cut = new Promise(resolve => {
        client.once('close', resolve);
      });

      await server.crash();

      await cut;
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      await server.start();
      await server.start();
      expect(server.pid).not.toBe(pid);
      const socket = createConnection(server.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
    } finally {
      await server.stop();
    }
  }, 60_000);
});
