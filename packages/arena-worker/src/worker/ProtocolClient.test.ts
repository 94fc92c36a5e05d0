import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { z } from 'zod/v4';
import { ProtocolClient, UnreachableError } from './ProtocolClient';
import { createWorkerLogger } from './WorkerLogger';

describe('ProtocolClient', () => {
  let server: Server;
  let client: ProtocolClient;
  let answers = new Map<string, number>();

  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(answers.get(request.url!) ?? 200);
      response.end('{}');
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });

  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise(done => server.close(done));
    answers = new Map();
  });

  function connect(patienceMs: number) {
    const { port } = server.address() as AddressInfo;
    client = new ProtocolClient({
      baseUrl: `http://127.0.0.1:${port}`,
      token: 't',
      logger: createWorkerLogger({ write: () => {} }),
      patienceMs,
    });
    return client;
  }

  /** Requests that work, as heartbeats do. */
  async function beatUntil(signal: AbortSignal) {
    while (!signal.aborted) {
      await client.post('/heartbeat', {}, z.unknown());
      await new Promise(done => setTimeout(done, 20));
    }
  }

  async function failureOf(options: { patienceMs?: number; beats: boolean }) {
    const stop = new AbortController();
    const beating = options.beats ? beatUntil(stop.signal) : undefined;
    const startedAt = performance.now();
    const error = await client
      .request(
        { method: 'GET', path: '/broken', patienceMs: options.patienceMs },
        response => response.body.dump(),
      )
      .catch(reason => reason);
    stop.abort();
    await beating;
    expect(error).toBeInstanceOf(UnreachableError);
    return {
      answersOthers: (error as UnreachableError).answersOthers,
      ms: performance.now() - startedAt,
    };
  }

  it('counts patience by request, whatever else is answered', async () => {
    answers.set('/broken', 500);
    connect(400);
    const { answersOthers, ms } = await failureOf({ beats: true });
    expect(answersOthers).toBe(true);
    expect(ms).toBeGreaterThan(400);
  });

  it('has the shorter patience only with a backend that answers others', async () => {
    answers.set('/broken', 503);
    connect(1_500);
    const alive = await failureOf({ beats: true, patienceMs: 200 });
    expect(alive.answersOthers).toBe(true);
    expect(alive.ms).toBeLessThan(1_500);
    const silent = await failureOf({ beats: false, patienceMs: 200 });
    expect(silent.answersOthers).toBe(false);
    expect(silent.ms).toBeGreaterThan(1_500);
  });
});
