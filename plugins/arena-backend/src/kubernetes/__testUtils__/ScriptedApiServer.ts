import { KubeConfig } from '@kubernetes/client-node';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';

/** One request, as it came in. */
export interface SeenRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  authorization?: string;
}

type Answer = (response: ServerResponse, request: SeenRequest) => void;

/**
 * Says what a real API server cannot be made to say. Each request takes the next answer of the script; the last one is given to all
 * that follow.
 */
export class ScriptedApiServer {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  readonly #script: Answer[];

  private constructor(script: Answer[]) {
    this.#script = script;
    this.#server = createServer((request, response) =>
      this.#answer(request, response),
    );
  }

  static async start(...script: Answer[]): Promise<ScriptedApiServer> {
    const server = new ScriptedApiServer(script);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  get kubeConfig(): KubeConfig {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser(
      { name: 'scripted', server: this.url, skipTLSVerify: true },
      { name: 'user', token: 'secret' },
    );
    return kubeConfig;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.url);
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      authorization: request.headers.authorization,
    };
    this.requests.push(seen);
    const answer =
      this.#script.length > 1 ? this.#script.shift() : this.#script[0];
    answer?.(response, seen);
  }
}

function sendJson(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function configMap(name: string, resourceVersion: string) {
  return {
    metadata: {
      name,
      namespace: 'team',
      uid: `uid-${name}`,
      resourceVersion,
    },
  };
}

/** A page of a list. */
export function list(
  items: readonly object[],
  metadata: { resourceVersion: string; continue?: string },
): Answer {
  return response =>
    sendJson(response, 200, {
      apiVersion: 'v1',
      kind: 'ConfigMapList',
      metadata,
      items,
    });
}

/** A page of a list, of objects that all changed last at its version. */
export function page(
  names: readonly string[],
  metadata: { resourceVersion: string; continue?: string },
): Answer {
  const items = names.map(name => configMap(name, metadata.resourceVersion));
  return list(items, metadata);
}

/** A refusal, in the form of all of them. */
export function refusal(
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  return response => {
    Object.entries(headers).forEach(header => response.setHeader(...header));
    sendJson(response, code, {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message,
      code,
    });
  };
}

/** A watch that says these lines, and then stays open unless told otherwise. */
export function watch(
  lines: readonly object[],
  options: { end?: boolean } = {},
): Answer {
  return response => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    lines.forEach(line => response.write(`${JSON.stringify(line)}\n`));
    if (options.end) response.end();
  };
}
