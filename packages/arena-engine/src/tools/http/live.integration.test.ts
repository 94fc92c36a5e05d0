import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { callTool, toolBoxOf } from '../__testUtils__/toolBoxOf';
import { ToolBox } from '../ToolBox';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (value: unknown, status = 200): Answer =>
  (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(value));
  };

describe('live tools', () => {
  let server: Server;
  let origin: string;
  let answer: Answer;
  let box: ToolBox;

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => box.close());

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  const call = async (
    http: Record<string, unknown>,
    args: Record<string, unknown> = {},
    spec: Record<string, unknown> = {},
  ) => {
    box = await toolBoxOf({
      tools: {
        live: { mode: 'live', http: { url: origin, ...http }, ...spec },
      },
      variables: { TOKEN: 's3cret' },
    });
    return callTool(box, 'live', args);
  };

  it('sends what the file says and gives the answer', async () => {
    answer = (request, response) => {
      let body = '';
      request.on('data', chunk => {
        body += chunk;
      });
      request.on('end', () =>
        json({
          url: request.url,
          method: request.method,
          key: request.headers['x-key'],
          body: JSON.parse(body),
        })(request, response),
      );
    };
    const { compact } = await call(
      {
        url: `${origin}/orders/{{.id}}`,
        method: 'PUT',
        headers_from_env: ['X-Key=TOKEN'],
        request: { exclude: ['id'] },
      },
      { id: 'a/b', count: 2 },
    );
    expect(JSON.parse(compact)).toEqual({
      url: '/orders/a%2Fb',
      method: 'PUT',
      key: 's3cret',
      body: { count: 2 },
    });
  });

  it('maps and redacts the answer, and holds it to the schema', async () => {
    answer = json({ data: { name: 'Ann', token: 'abc' }, more: 1 });
    await expect(
      call({
        response: { body_mapping: '{who: data.name, secret: data.token}' },
        redact: ['token'],
      }),
    ).resolves.toMatchObject({
      compact: '{"secret":"[REDACTED]","who":"Ann"}',
    });
    await box.close();
    const refused = await call(
      {},
      {},
      { output_schema: { type: 'object', required: ['total'] } },
    );
    expect(refused.error).toMatch(/does not fit its output_schema: .*total/);
  });

  it('gives text as text', async () => {
    answer = (_, response) => response.end('It rains.');
    await expect(call({})).resolves.toMatchObject({ text: 'It rains.' });
  });

  it('gives media where the tool may have it', async () => {
    const pixels = Buffer.from([1, 2, 3]);
    answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end(pixels);
    await expect(call({ multimodal: true })).resolves.toEqual({
      text: '{\n  "bytes": 3,\n  "mime_type": "image/png",\n  "type": "image"\n}',
      compact: '{"bytes":3,"mime_type":"image/png","type":"image"}',
      parts: [{ type: 'image', mimeType: 'image/png', data: 'AQID' }],
    });
    await box.close();
    const refused = await call({ multimodal: { accept_types: ['audio/*'] } });
    expect(refused.error).toMatch(/image\/png, which http.multimodal does not/);
  });

  it('reports other answers than success, without what is redacted', async () => {
    answer = json({ error: 'no such order', token: 'abc' }, 404);
    await expect(call({ redact: ['token'] })).resolves.toMatchObject({
      error: 'live: HTTP 404: {"error":"no such order","token":"[REDACTED]"}',
      errorType: 'execution',
    });
  });

  it.each<[string, Answer, RegExp]>([
    [
      '50 MB',
      (_, response) => response.end(Buffer.alloc(50e6, 97)),
      /more than the allowed 1048576 bytes/,
    ],
    [
      'JSON that is 10,000 deep',
      (_, response) => response.end('['.repeat(1e4) + ']'.repeat(1e4)),
      /more than 500 levels deep/,
    ],
    [
      'half an answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setTimeout(() => response.destroy(), 50);
      },
      /the answer was cut off/,
    ],
    [
      'a closed connection',
      request => request.socket.destroy(),
      /cannot be reached/,
    ],
    [
      'a redirect to another server',
      (_, response) =>
        response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end(),
      /redirects to http:\/\/127.0.0.2:1: redirects to another server/,
    ],
    [
      'redirects without end',
      (_, response) => response.writeHead(307, { location: '/' }).end(),
      /more than 5 redirects/,
    ],
  ])('ends %s as a clear error', async (_, given, message) => {
    answer = given;
    const outcome = await call({});
    expect(outcome.error).toMatch(message);
    expect(outcome.text.length).toBeLessThan(1_000);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://metadata.google.internal/computeMetadata/v1/',
  ])('asks nothing of %s, where clouds hand out credentials', async url => {
    await expect(call({ url })).resolves.toMatchObject({
      error: expect.stringMatching(
        /cannot be reached: .* is where clouds hand out the credentials of their machines/,
      ),
    });
  });

  it('follows a redirect within the server', async () => {
    answer = (request, response) => {
      if (request.url === '/new') {
        json({ method: request.method })(request, response);
      } else {
        response.writeHead(303, { location: '/new' }).end();
      }
    };
    await expect(call({}, { a: 1 })).resolves.toMatchObject({
      compact: '{"method":"GET"}',
    });
  });

  it('does not wait for an answer that never comes', async () => {
    answer = () => {};
    await expect(call({ timeout_ms: 200 })).resolves.toMatchObject({
      error: 'live: no answer within 200 ms',
    });
  });

  it('goes through the proxy of the environment', async () => {
    answer = (request, response) => response.end(request.headers.host);
    const tunnels: Array<string | undefined> = [];
    const tunnel = (request: IncomingMessage, socket: Duplex) => {
      tunnels.push(request.url);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      server.emit('connection', socket);
    };
    server.on('connect', tunnel);
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = origin;
    try {
      await expect(
        call({ url: 'http://tools.example/x' }),
      ).resolves.toMatchObject({ text: 'tools.example' });
      expect(tunnels).toEqual(['tools.example:80']);
    } finally {
      server.off('connect', tunnel);
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });
});
