import { once } from 'node:events';
import { createServer, RequestListener, Server } from 'node:http';
import { createWeb, Web } from './Web';

describe('createWeb', () => {
  let server: Server;
  let base: string;
  let asked: string[];
  let answer: RequestListener;
  const webs: Web[] = [];

  const openWeb = (allowedHosts: string[]) => {
    const web = createWeb({ allowedHosts });
    webs.push(web);
    return web;
  };

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });

  afterEach(async () => {
    await Promise.all(webs.splice(0).map(web => web.close()));
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  const replies = (status: number, headers: Record<string, string> = {}) => {
    answer = (_, response) => response.writeHead(status, headers).end('secret');
  };

  it.each(['127.0.0.1', 'localhost'])(
    'asks nothing of %s unless it is listed',
    async host => {
      replies(200);
      const url = `http://${host}:${base.split(':')[1]}/`;
      const web = openWeb([]);
      expect(await web.probe(url, { timeoutMs: 5_000 })).toMatch(
        /^\S+ is not asked: \S+ is not on the public internet/,
      );
      expect(await web.probeWebSocket(url, { timeoutMs: 5_000 })).toMatch(
        /is not on the public internet/,
      );
      await expect(web.fetch(url)).rejects.toThrow();
      expect(asked).toEqual([]);
      const listed = openWeb([host]);
      expect(await listed.probe(url, { timeoutMs: 5_000 })).toBeUndefined();
      expect(asked).toEqual(['HEAD /']);
    },
  );

  it('follows a server to itself, and nowhere else', async () => {
    answer = ({ url }, response) => {
      if (url === '/a') response.writeHead(302, { location: '/b' });
      if (url === '/away') {
        response.writeHead(302, { location: 'http://localhost:1/' });
      }
      if (url === '/round') response.writeHead(302, { location: '/round' });
      response.end('done');
    };
    const web = openWeb(['127.0.0.1', 'localhost']);
    const found = await web.fetch(`http://${base}/a`);
    expect(await found.text()).toBe('done');
    for (const path of ['away', 'round']) {
      await expect(web.fetch(`http://${base}/${path}`)).rejects.toThrow(
        /^it redirects to another server or too often \(HTTP 302\)/,
      );
    }
    expect(asked.slice(0, 3)).toEqual(['GET /a', 'GET /b', 'GET /away']);
    expect(asked).toHaveLength(9);
  });

  it('has one text for all faults of a server', async () => {
    const web = openWeb(['127.0.0.1']);
    const texts = [];
    for (const status of [500, 502, 503]) {
      replies(status);
      texts.push(await web.probe(`http://${base}/`, { timeoutMs: 5_000 }));
    }
    expect([...new Set(texts)]).toEqual([
      `${base} answers with a fault of the server (HTTP 5xx)`,
    ]);
  });

  it.each([400, 401, 403, 405, 426])(
    'takes HTTP %i for a WebSocket server that refuses a wrong handshake',
    async status => {
      replies(status);
      const web = openWeb(['127.0.0.1']);
      expect(
        await web.probeWebSocket(`http://${base}/ws`, { timeoutMs: 5_000 }),
      ).toBeUndefined();
    },
  );

  it.each([200, 204, 302, 404])(
    'does not take HTTP %i for a WebSocket server',
    async status => {
      replies(status, { location: '/' });
      const web = openWeb(['127.0.0.1']);
      expect(
        await web.probeWebSocket(`http://${base}/ws`, { timeoutMs: 5_000 }),
      ).toBe(
        `${base} answers with HTTP ${status}: there is no WebSocket at /ws`,
      );
    },
  );

  it('finds a WebSocket that is there for handshakes alone, and opens none', async () => {
    const versions: unknown[] = [];
    server.on('upgrade', ({ headers }, stream) => {
      versions.push(headers['sec-websocket-version']);
      stream.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    });
    replies(404);
    const web = openWeb(['127.0.0.1']);
    expect(
      await web.probeWebSocket(`http://${base}/ws`, { timeoutMs: 5_000 }),
    ).toBeUndefined();
    // None has this version, so that no server can accept it.
    expect(versions).toEqual(['0']);
  });

  it('does not wait for a WebSocket server that is silent', async () => {
    answer = () => undefined;
    const web = openWeb(['127.0.0.1']);
    expect(
      await web.probeWebSocket(`http://${base}/ws`, { timeoutMs: 50 }),
    ).toBe(`${base} cannot be reached: no answer within 50 ms`);
  });
});
