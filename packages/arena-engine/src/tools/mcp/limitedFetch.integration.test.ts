import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { HttpClient } from '../http/HttpClient';
import { limitedFetch } from './limitedFetch';

interface Seen {
  method?: string;
  url?: string;
  key: unknown;
  body: string;
}

/** A server that keeps what it is asked. */
class Recorder {
  readonly seen: Seen[] = [];
  private readonly server: Server;
  url = '';

  constructor(answer: (request: IncomingMessage, to: ServerResponse) => void) {
    this.server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { method, url, headers } = request;
      this.seen.push({ method, url, key: headers['x-api-key'], body });
      answer(request, response);
    });
  }

  async open(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    this.url = `http://127.0.0.1:${
      typeof address === 'object' ? address?.port : ''
    }`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}

describe('limitedFetch', () => {
  const other = new Recorder((_, response) => response.end('theirs'));
  const own = new Recorder(({ url }, response) => {
    const location = url?.startsWith('/away') ? `${other.url}/mcp` : '/mcp';
    if (url === '/mcp') response.end('ours');
    else response.writeHead(307, { location }).end();
  });
  const client = new HttpClient();
  const post = (path: string) =>
    limitedFetch(client)(`${own.url}${path}`, {
      method: 'POST',
      headers: { 'X-Api-Key': 'key-of-the-run' },
      body: '{}',
      redirect: 'follow',
    });

  beforeAll(() => Promise.all([own.open(), other.open()]));

  afterAll(() => Promise.all([own.close(), other.close(), client.close()]));

  it('sends headers to no other server, wherever it is redirected', async () => {
    await expect(post('/away')).rejects.toThrow(
      `redirects to ${other.url}: redirects to another server are not followed`,
    );
    expect(other.seen).toEqual([]);
  });

  it('follows redirects that stay with the server', async () => {
    const answer = await post('/elsewhere');
    expect(await answer.text()).toBe('ours');
    expect(own.seen[own.seen.length - 1]).toEqual({
      method: 'POST',
      url: '/mcp',
      key: 'key-of-the-run',
      body: '{}',
    });
  });
});
