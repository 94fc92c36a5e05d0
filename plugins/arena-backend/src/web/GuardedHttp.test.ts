import { createAddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import { once } from 'node:events';
import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { GuardedHttp } from './GuardedHttp';

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy'];

describe('GuardedHttp behind a proxy', () => {
  const usual = { ...process.env };
  let proxy: Server;
  let sockets: Socket[];
  /** What the proxy says when it is asked for a connection, before it falls silent. */
  let answer: string;

  beforeAll(async () => {
    proxy = createServer(socket => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(answer));
      socket.resume();
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });
  afterAll(() => proxy.close());
  beforeEach(() => {
    sockets = [];
    for (const name of VARIABLES) delete process.env[name];
    const { port } = proxy.address() as AddressInfo;
    process.env.HTTPS_PROXY = `http://127.0.0.1:${port}`;
  });
  afterEach(() => {
    for (const name of VARIABLES) delete process.env[name];
    Object.assign(process.env, usual);
    sockets.forEach(socket => socket.destroy());
  });

  it.each([
    ['accepts', ''],
    ['connects', 'HTTP/1.1 200 OK\r\n\r\n'],
  ])(
    'gives up at once on one that %s and stays silent',
    async (_, said) => {
      answer = said;
      const http = new GuardedHttp({
        policy: createAddressPolicy({ allowedHosts: [], behindProxy: true }),
      });
      const begun = performance.now();
      await expect(
        http.request('https://git.example.com/', {
          signal: AbortSignal.timeout(300),
        }),
      ).rejects.toThrow(/aborted|timeout/);
      await http.close();
      await Promise.all(
        sockets.map(socket => socket.destroyed || once(socket, 'close')),
      );
      expect(performance.now() - begun).toBeLessThan(2_000);
    },
    20_000,
  );
});
