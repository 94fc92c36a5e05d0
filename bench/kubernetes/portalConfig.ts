import { once } from 'node:events';
import { AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

/** Configuration of a portal that serves one cluster, and where it will listen. */
export async function portalConfig(
  folder: string,
  kubeconfig: string,
): Promise<{ port: number; config: object }> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    port,
    config: {
      app: { baseUrl, title: 'Benchmark' },
      backend: {
        baseUrl,
        listen: { host: '127.0.0.1', port },
        database: {
          client: 'better-sqlite3',
          connection: { directory: join(folder, 'database') },
        },
      },
      auth: {
        providers: {
          guest: {
            userEntityRef: 'user:default/guest',
            dangerouslyAllowOutsideDevelopment: true,
          },
        },
      },
      arena: {
        dataDirectory: join(folder, 'data'),
        embedded: { enabled: false },
        clusters: [
          {
            name: 'bench',
            connection: { type: 'kubeconfig', path: kubeconfig },
            worker: { image: 'none:1', backendUrl: baseUrl },
          },
        ],
      },
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
