import { freePort } from '@backstage-arena/arena-devcluster';
import { join } from 'node:path';

/**
 * Configuration of a portal on the loopback interface, on SQLite, into which guests may sign in.
 *
 * @param folder - of its database and data
 * @param arena - the `arena` section, beside its folder
 */
export async function portalConfig(
  folder: string,
  arena: (baseUrl: string) => object,
): Promise<{ baseUrl: string; config: object }> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const config = {
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
    arena: { dataDirectory: join(folder, 'data'), ...arena(baseUrl) },
  };
  return { baseUrl, config };
}

/** Signs a guest in. @returns the token */
export async function guestToken(baseUrl: string): Promise<string> {
  const response = await fetch(`${baseUrl}/api/auth/guest/refresh`, {
    headers: { 'X-Requested-With': 'XMLHttpRequest' },
  });
  const body = await response.json();
  return body.backstageIdentity.token;
}
