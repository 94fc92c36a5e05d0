import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  LOCALHOST_CERTIFICATE,
  LOCALHOST_KEY,
} from '../__testUtils__/localhostCertificate';
import { chatRequest, openProvider } from '../__testUtils__/openProvider';
import { ChatProvider } from '../ChatProvider';

const ANSWER = { choices: [{ message: { content: 'Hi' } }] };
const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'SSL_CERT_FILE'];

let target: Server;
let proxy: Server;
let tunnels: string[];
let certificate: string;
const saved = { ...process.env };
const providers: ChatProvider[] = [];

beforeAll(async () => {
  target = createHttpsServer(
    { cert: LOCALHOST_CERTIFICATE, key: LOCALHOST_KEY },
    (incoming, response) => {
      incoming.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(ANSWER));
    },
  );
  proxy = createHttpServer();
  proxy.on('connect', (request, client) => {
    tunnels.push(String(request.url));
    const [host, port] = String(request.url).split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    // Either side may hang up when the test is over.
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  for (const server of [target, proxy]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'arena-ca-'));
  certificate = path.join(directory, 'ca.pem');
  await writeFile(certificate, LOCALHOST_CERTIFICATE);
});

beforeEach(() => {
  tunnels = [];
  for (const name of VARIABLES) {
    delete process.env[name];
    delete process.env[name.toLowerCase()];
  }
});

afterEach(async () => {
  process.env = { ...saved };
  await Promise.all(providers.splice(0).map(provider => provider.close()));
});

afterAll(async () => {
  for (const server of [target, proxy]) {
    server.closeAllConnections();
    server.close();
  }
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('not listening');
  }
  return address.port;
}

async function chat(): Promise<string> {
  const provider = await openProvider({
    type: 'vllm',
    model: 'm',
    base_url: `https://127.0.0.1:${portOf(target)}`,
  });
  providers.push(provider);
  return (await provider.chat(chatRequest())).content;
}

describe('connections', () => {
  it('trust a certificate of SSL_CERT_FILE, and no other unknown one', async () => {
    await expect(chat()).rejects.toMatchObject({
      errorClass: 'connection',
      retryable: false,
      message: expect.stringContaining('self-signed'),
    });
    process.env.SSL_CERT_FILE = certificate;
    expect(await chat()).toBe('Hi');
  });

  it('go through HTTPS_PROXY, except to where NO_PROXY says', async () => {
    process.env.SSL_CERT_FILE = certificate;
    process.env.HTTPS_PROXY = `http://127.0.0.1:${portOf(proxy)}`;
    expect(await chat()).toBe('Hi');
    expect(tunnels).toEqual([`127.0.0.1:${portOf(target)}`]);
    process.env.NO_PROXY = '127.0.0.1';
    expect(await chat()).toBe('Hi');
    expect(tunnels).toHaveLength(1);
  });
});
