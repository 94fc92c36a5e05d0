import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that is free now, on all interfaces. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0);
  await once(server, 'listening');
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') {
    throw new Error('The machine gave no port');
  }
  return address.port;
}
