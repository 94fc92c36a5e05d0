import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { ProtocolClient, ProtocolError } from './ProtocolClient';
import { readLines } from './readLines';
import { createWorkerLogger } from './WorkerLogger';

const LINES = ['{"n":0}', '{"n":1}', '{"n":"zwölf"}', '{"n":3}'];

describe('lines of an answer', () => {
  const servers: Server[] = [];
  const clients: ProtocolClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    }
  });

  async function read(
    handle: (
      request: IncomingMessage,
      response: ServerResponse,
      count: number,
    ) => void,
    options: (seen: string[]) => { path: () => string; startsAnew?: boolean },
  ) {
    let count = 0;
    const server = createServer((request, response) => {
      count += 1;
      handle(request, response, count);
    });
    servers.push(server);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const logger = createWorkerLogger({ write: () => {} });
    const client = new ProtocolClient({
      baseUrl: `http://127.0.0.1:${port}`,
      token: 't',
      patienceMs: 1_000,
      logger,
    });
    clients.push(client);
    const seen: string[] = [];
    for await (const line of readLines({
      client,
      logger,
      signal: new AbortController().signal,
      ...options(seen),
    })) {
      seen.push(line);
    }
    return seen;
  }

  /** Breaks off after so many bytes. */
  const cut = (response: ServerResponse, text: string, bytes: number) => {
    const content = Buffer.from(text);
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, bytes), () =>
      setTimeout(() => response.destroy(), 20),
    );
  };

  const whole = `${LINES.join('\n')}\n`;

  it('come once and whole from an answer that breaks off and begins anew', async () => {
    const seen = await read(
      (_, response, count) => {
        // In the middle of lines, of a letter, and behind a line.
        const bytes = [12, 24, 8, whole.length - 3][count - 1];
        if (bytes === undefined) response.end(whole);
        else cut(response, whole, bytes);
      },
      () => ({ path: () => '/lines', startsAnew: true }),
    );
    expect(seen).toEqual(LINES);
  });

  it('come once and whole from an answer that goes on', async () => {
    const seen = await read(
      ({ url }, response, count) => {
        const from = Number(url!.split('=')[1]);
        const rest = LINES.slice(from)
          .map(line => `${line}\n`)
          .join('');
        if (count < 3) cut(response, rest, 20);
        else response.end(rest);
      },
      lines => ({ path: () => `/lines?from=${lines.length}` }),
    );
    expect(seen).toEqual(LINES);
  });

  it('may be none', async () => {
    const path = () => '/lines';
    expect(
      await read(
        (_, response) => response.end(),
        () => ({ path }),
      ),
    ).toEqual([]);
  });

  it('are given up when the backend refuses them', async () => {
    const path = () => '/lines';
    await expect(
      read(
        (_, response) => response.writeHead(404).end('{}'),
        () => ({ path }),
      ),
    ).rejects.toThrow(ProtocolError);
  });
});
