/**
 * @jest-environment node
 */
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { ArenaStreamMessage } from './ArenaApi';
import { ArenaClient } from './ArenaClient';
import { readStream } from './readStream';

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

type Handler = (req: Seen, res: ServerResponse) => void;

describe('ArenaClient', () => {
  let server: Server;
  let handler: Handler;
  let seen: Seen[];
  let client: ArenaClient;

  beforeEach(async () => {
    seen = [];
    server = createServer((req, res) => {
      let body = '';
      req.setEncoding('utf8').on('data', chunk => (body += chunk));
      req.on('end', () => {
        const request = {
          method: req.method ?? '',
          url: req.url ?? '',
          headers: req.headers,
          body,
        };
        seen.push(request);
        handler(request, res);
      });
    });
    await new Promise<void>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve()),
    );
    const { port } = server.address() as AddressInfo;
    client = new ArenaClient({
      baseUrl: async () => `http://127.0.0.1:${port}/api/arena/`,
    });
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  const answer =
    (value: unknown, status = 200): Handler =>
    (_req, res) => {
      res.writeHead(status, { 'Content-Type': 'application/json' });
      res.end(JSON.stringify(value));
    };

  it('encodes every part of an address', async () => {
    handler = answer({});
    await client.get({
      cluster: 'a/b',
      namespace: 'ns?x',
      kind: 'ToolRegistry',
      name: 'über #1',
    });
    expect(seen[0].url).toBe(
      '/api/arena/v1/clusters/a%2Fb/namespaces/ns%3Fx/toolregistries/%C3%BCber%20%231',
    );
  });

  it.each(['', '.', '..'])(
    'does not send a request for the name %j, which URLs resolve away',
    async name => {
      handler = answer({});
      await expect(
        client.delete({
          cluster: 'embedded',
          namespace: 'n',
          kind: 'ArenaJob',
          name,
        }),
      ).rejects.toThrow('Invalid path segment');
      expect(seen).toEqual([]);
    },
  );

  it('sends filters, repeats lists and leaves out what is not given', async () => {
    handler = answer({ items: [], totalItems: 0 });
    await client.jobs(
      {
        cluster: 'embedded',
        phase: ['Failed', 'Running'],
        search: 'a&b',
        namespace: undefined,
        limit: 5,
      },
      { token: 'secret' },
    );
    expect(seen[0].url).toBe(
      '/api/arena/v1/clusters/embedded/jobs?phase=Failed&phase=Running&search=a%26b&limit=5',
    );
    expect(seen[0].headers.authorization).toBe('Bearer secret');
  });

  it('lists one namespace or all', async () => {
    handler = answer({ items: [], metadata: { resourceVersion: '1' } });
    await client.list({ cluster: 'c', kind: 'Provider', continue: 'x=' });
    await client.list({ cluster: 'c', kind: 'Provider', namespace: 'n' });
    expect(seen.map(request => request.url)).toEqual([
      '/api/arena/v1/clusters/c/providers?continue=x%3D',
      '/api/arena/v1/clusters/c/namespaces/n/providers',
    ]);
  });

  it('sends YAML as it was written, to the address that it names', async () => {
    handler = answer({}, 201);
    const text =
      '# mine\nkind: ArenaJob\nmetadata:\n  name: j\n  namespace: team\nspec: {a: 1}\n';
    await client.create('embedded', text, { dryRun: true });
    await client.update('embedded', text);
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/api/arena/v1/clusters/embedded/namespaces/team/arenajobs?dryRun=All',
        body: text,
        headers: { 'content-type': 'application/yaml' },
      },
      {
        method: 'PUT',
        url: '/api/arena/v1/clusters/embedded/namespaces/team/arenajobs/j',
      },
    ]);
  });

  it('takes the namespace of the options when the object has none', async () => {
    handler = answer({}, 201);
    const object = {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaSource' as const,
      metadata: { generateName: 's-' },
      spec: {},
    };
    await client.create('embedded', object, { namespace: 'team' });
    await client.create('embedded', object);
    expect(seen.map(request => request.url)).toEqual([
      '/api/arena/v1/clusters/embedded/namespaces/team/arenasources',
      '/api/arena/v1/clusters/embedded/namespaces/default/arenasources',
    ]);
    expect(JSON.parse(seen[0].body)).toEqual(object);
  });

  it.each([
    ['kind: Deployment\n', 'kind: Unsupported value: "Deployment"'],
    ['a: 1', 'kind: Unsupported value: null'],
    ['kind: [', 'Invalid YAML'],
    ['', 'kind: Unsupported value: null'],
    ['kind: ArenaJob\n---\nkind: ArenaJob\n', 'multiple documents'],
  ])('refuses the text %j and says why', async (text, message) => {
    await expect(client.create('embedded', text)).rejects.toThrow(message);
  });

  it('rejects with the error of the server and its causes', async () => {
    const causes = [
      { field: 'spec.type', reason: 'FieldValueInvalid', message: 'no' },
    ];
    handler = answer(
      {
        error: { name: 'InvalidObjectError', message: 'spec.type: no', causes },
        response: { statusCode: 422 },
      },
      422,
    );
    await expect(client.run('r')).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 422,
      cause: { name: 'InvalidObjectError', message: 'spec.type: no' },
      body: { error: { causes } },
    });
  });

  it('gives a report as a response whose body can be streamed', async () => {
    handler = (_req, res) => res.end('a,b\n');
    const response = await client.report('run 1', 'results.csv');
    expect(await response.text()).toBe('a,b\n');
    expect(seen[0].url).toBe('/api/arena/v1/runs/run%201/reports/results.csv');
  });

  describe('stream', () => {
    const event = (id: string, message: unknown) =>
      `id: ${id}\ndata: ${JSON.stringify(message)}\n\n`;

    it('resumes after the last message when the connection breaks', async () => {
      const connections: Handler[] = [
        (_req, res) => {
          res.writeHead(200, { 'Content-Type': 'text/event-stream' });
          res.write(': heartbeat\n\n');
          res.write(event('1', { type: 'reset' }));
          // Half of a message: it must not be delivered, nor its id be taken.
          res.write('id: 2\ndata: {"type":"re');
          setTimeout(() => res.destroy(), 50);
        },
        (_req, res) => {
          res.writeHead(503).end();
        },
        (_req, res) => {
          res.writeHead(200, { 'Content-Type': 'text/event-stream' });
          const run = { type: 'run', run: { id: 'ü' } };
          const bytes = Buffer.from(event('3', run));
          // One byte at a time: neither characters nor lines end where chunks do.
          for (let at = 0; at < bytes.length; at++) {
            res.write(bytes.subarray(at, at + 1));
          }
        },
      ];
      handler = (req, res) => connections.shift()!(req, res);
      const abort = new AbortController();
      const messages: ArenaStreamMessage[] = [];
      const connected: boolean[] = [];
      await client.stream(
        ['jobs', 'run:a-1'],
        message => {
          messages.push(message);
          if (messages.length === 2) abort.abort();
        },
        {
          signal: abort.signal,
          onConnection: state => connected.push(state),
        },
      );
      expect(connected).toEqual([true, false, false, true, false]);
      expect(messages).toEqual([
        { type: 'reset' },
        { type: 'run', run: { id: 'ü' } },
      ]);
      expect(
        seen.map(({ url, headers }) => [url, headers['last-event-id']]),
      ).toEqual([
        ['/api/arena/v1/stream?topic=jobs&topic=run%3Aa-1', undefined],
        ['/api/arena/v1/stream?topic=jobs&topic=run%3Aa-1', '1'],
        ['/api/arena/v1/stream?topic=jobs&topic=run%3Aa-1', '1'],
      ]);
    });

    it('rejects when the server refuses for good', async () => {
      handler = answer({ error: { name: 'NotAllowedError' } }, 403);
      await expect(
        client.stream(['jobs'], () => {}, {
          signal: new AbortController().signal,
        }),
      ).rejects.toMatchObject({ statusCode: 403 });
      expect(seen).toHaveLength(1);
    });

    it('rejects with the error of the handler', async () => {
      handler = (_req, res) => {
        res.write(event('1', { type: 'reset' }));
      };
      await expect(
        client.stream(
          ['jobs'],
          () => {
            throw new Error('mine');
          },
          { signal: new AbortController().signal },
        ),
      ).rejects.toThrow('mine');
    });

    it('gives up a connection on which nothing comes any more', async () => {
      handler = (_req, res) => res.writeHead(200).flushHeaders();
      const abort = new AbortController();
      await readStream({
        connect: ({ signal }) => {
          if (seen.length === 2) abort.abort();
          return fetch(
            `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            { signal },
          );
        },
        onMessage: () => {},
        signal: abort.signal,
        timing: { firstDelayMs: 1, silenceMs: 50 },
      });
      expect(seen.length).toBeGreaterThanOrEqual(2);
    });

    it('says to read again while a proxy holds the stream back, and no more once something comes through', async () => {
      let release: () => void = () => {};
      handler = (_req, res) => {
        res.writeHead(200).flushHeaders();
        release = () => res.write(': connected\n\n');
      };
      const abort = new AbortController();
      const types: string[] = [];
      const reading = readStream({
        connect: ({ signal }) =>
          fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
            signal,
          }),
        onMessage: ({ type }) => {
          types.push(type);
          if (types.length === 3) release();
        },
        signal: abort.signal,
        timing: { silenceMs: 60_000, heldBackMs: 20 },
      });
      while (types.length < 3) {
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      await new Promise(resolve => setTimeout(resolve, 300));
      const told = types.length;
      await new Promise(resolve => setTimeout(resolve, 300));
      expect(types).toHaveLength(told);
      expect(new Set(types)).toEqual(new Set(['reset']));
      abort.abort();
      await reading;
    });
  });
});
