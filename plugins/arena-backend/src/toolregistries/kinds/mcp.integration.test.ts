import { ToolHandler } from '@backstage-arena/plugin-arena-common';
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { createWeb, Web } from '../../web/Web';
import { mcpKind } from './mcp';

type Tools = { tools: object[]; nextCursor?: string };

describe('mcpKind', () => {
  let server: Server;
  let endpoint: string;
  let web: Web;
  let page: () => Tools;
  let pages: number;
  let deletes: number;

  beforeEach(async () => {
    pages = 0;
    deletes = 0;
    server = createServer(async (request, response) => {
      if (request.method === 'GET') {
        response.writeHead(405).end();
        return;
      }
      if (request.method === 'DELETE') {
        // It takes the request, and says nothing.
        deletes += 1;
        return;
      }
      const { id, method, params } = JSON.parse(await text(request));
      if (id === undefined) {
        response.writeHead(202).end();
        return;
      }
      if (method === 'tools/list') pages += 1;
      const result =
        method === 'initialize'
          ? {
              protocolVersion: params.protocolVersion,
              capabilities: { tools: {} },
              serverInfo: { name: 's', version: '1' },
            }
          : page();
      response.writeHead(200, {
        'content-type': 'application/json',
        'mcp-session-id': 's-1',
      });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    endpoint = `http://127.0.0.1:${
      typeof address === 'object' ? address?.port : ''
    }/mcp`;
    web = createWeb({ allowedHosts: ['127.0.0.1'] });
  });

  afterEach(async () => {
    await web.close();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  const discover = () => {
    const handler: ToolHandler = {
      name: 's',
      type: 'mcp',
      timeout: '10h',
      mcpConfig: { transport: 'streamable-http', endpoint },
    };
    return mcpKind.discover(handler, {
      web,
      headers: {},
      probe: true,
      probeTimeoutMs: 5_000,
      timeoutMs: 36_000_000,
      allowStdio: false,
      environment: {},
    });
  };

  const tool = (name: string, rest: object = {}) => ({
    name,
    inputSchema: { type: 'object' },
    ...rest,
  });

  it('does not wait for a server that leaves the end of its session unanswered', async () => {
    page = () => ({ tools: [tool('a')] });
    expect(await discover()).toMatchObject([{ name: 'a' }]);
    expect(deletes).toBe(1);
  });

  it('compiles no schema that a server sends', async () => {
    page = () => ({
      tools: [
        tool('a', {
          outputSchema: { type: 'object', properties: { a: { type: 'no' } } },
        }),
      ],
    });
    expect(await discover()).toMatchObject([{ name: 'a' }]);
  });

  it.each<[string, () => Tools, RegExp]>([
    [
      'pages without end',
      () => ({ tools: [], nextCursor: 'more' }),
      /failed: it lists more than 100 pages of tools$/,
    ],
    [
      'tools without end',
      () => ({
        tools: Array.from({ length: 500 }, (_, n) => tool(`t${pages}-${n}`)),
        nextCursor: 'more',
      }),
      /failed: it lists more than 4096 tools$/,
    ],
    [
      'pages that are too large together',
      () => ({
        tools: [tool('a', { description: 'x'.repeat(3_000_000) })],
        nextCursor: 'more',
      }),
      /failed: its answers have more than 8388608 bytes$/,
    ],
    [
      'a name that no status can hold',
      () => ({ tools: [tool('n'.repeat(300))] }),
      /^the name of tool n{40}… has 300 characters, allowed are 1 to 256$/,
    ],
    [
      'schemas that no status can hold',
      () => ({
        tools: [
          tool('wide', {
            outputSchema: { type: 'object', title: 'x'.repeat(70_000) },
          }),
        ],
      }),
      /^tool wide has 70\d+ bytes with its schemas, allowed are 65536$/,
    ],
  ])('refuses %s', async (_, answer, message) => {
    page = answer;
    await expect(discover()).rejects.toThrow(message);
  });
});
