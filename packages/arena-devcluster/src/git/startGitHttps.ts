import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findTool } from '../binary/findTool';
import { createCertificate } from '../tls/createCertificate';

/** Options of {@link startGitHttps}. @public */
export interface GitHttpsOptions {
  /** Folder of the repositories: `name.git`. */
  root: string;
  /** Who may read. Default: everyone. */
  credential?: { username: string; password: string };
}

/** A Git server over HTTPS. @public */
export interface GitHttpsServer {
  /** `https://localhost:<port>` */
  url: string;
  port: number;
  /** PEM of the CA that signed its certificate. */
  ca: string;
  /** `METHOD path`, in order. */
  requests: string[];
  /** Takes a request in place of git when it returns true. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Cuts connections after so many bytes of a pack. */
  cutAfterBytes?: number;
  stop(): Promise<void>;
}

/** Why no such server can be started here, or undefined when one can. @public */
export function whyNoGitHttps(): string | undefined {
  const missing = ['git', 'openssl'].filter(name => !findTool(name));
  return missing.length > 0
    ? `not installed: ${missing.join(', ')} (Debian: ${missing.join(', ')})`
    : undefined;
}

/**
 * Serves repositories by git's own `http-backend`.
 *
 * @public
 */
export async function startGitHttps(
  options: GitHttpsOptions,
): Promise<GitHttpsServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'arena-git-https-'));
  const { key, certificate } = await createCertificate(folder);
  const https = createServer({ key, cert: certificate });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  const { port } = https.address() as AddressInfo;
  const server: GitHttpsServer = {
    url: `https://localhost:${port}`,
    port,
    ca: certificate,
    requests: [],
    async stop() {
      https.closeAllConnections();
      await new Promise(resolve => https.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
  https.on('request', (request, response) => {
    server.requests.push(`${request.method} ${request.url}`);
    if (server.intercept?.(request, response)) return;
    if (!mayRead(request, options)) {
      response
        .writeHead(401, { 'www-authenticate': 'Basic realm="git"' })
        .end('Who are you?');
      return;
    }
    serve(request, response, options.root, server.cutAfterBytes);
  });
  return server;
}

function mayRead(
  { headers }: IncomingMessage,
  { credential }: GitHttpsOptions,
): boolean {
  if (!credential) return true;
  const text = `${credential.username}:${credential.password}`;
  const expected = `Basic ${Buffer.from(text).toString('base64')}`;
  return headers.authorization === expected;
}

/** As a web server runs a CGI program. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  root: string,
  cutAfterBytes: number | undefined,
): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://host');
  const { headers } = request;
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: headers['content-type'] ?? '',
      CONTENT_LENGTH: headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: String(headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  response.on('close', () => child.kill());
  let head: Buffer | undefined = Buffer.alloc(0);
  let sent = 0;
  const send = (chunk: Buffer) => {
    sent += chunk.length;
    const isPack = request.method === 'POST';
    if (isPack && cutAfterBytes !== undefined && sent > cutAfterBytes) {
      request.socket.destroy();
      return;
    }
    response.write(chunk);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    if (!head) {
      send(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const rest = head.subarray(end + 4);
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name, value] = line.split(/:\s*/, 2);
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    head = undefined;
    if (rest.length > 0) send(rest);
  });
  child.on('close', () => response.end());
}
