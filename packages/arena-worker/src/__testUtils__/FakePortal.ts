import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  ArenaEvent,
  ArenaObject,
  ArenaStreamMessage,
  findArenaKind,
  Run,
  RunItem,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import {
  admit,
  formatCause,
} from '@backstage-arena/plugin-arena-common/admission';
import { parse } from 'yaml';

interface Answer {
  status: number;
  body?: unknown;
  raw?: string;
}

/** The part of the REST API that the command line uses, in memory, with the very admission of the server. */
export class FakePortal {
  static readonly TOKEN = 'user-token';
  readonly objects = new Map<string, ArenaObject>();
  readonly events: ArenaEvent[] = [];
  readonly runs = new Map<string, Run>();
  readonly items: RunItem[] = [];
  readonly reports = new Map<string, string>();
  matrix: RunMatrix = { scenarios: [], providers: [], cells: [] };
  guestLogins = 0;
  /** Tokens that guests get, in order. */
  guestTokens = [FakePortal.TOKEN];
  readonly requests: string[] = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server;
  #version = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(error => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  static async start(): Promise<FakePortal> {
    const portal = new FakePortal();
    await new Promise<void>(resolve =>
      portal.#server.listen(0, '127.0.0.1', resolve),
    );
    return portal;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** Changes an object's status, as the reconciler does, and tells the streams. */
  setStatus(kind: string, name: string, status: object): void {
    const key = `${findArenaKind(kind)!.plural}/default/${name}`;
    const object = { ...this.objects.get(key)! };
    object.status = { ...object.status, ...status };
    this.#store(key, object);
    this.#tell({
      type: 'object',
      change: 'MODIFIED',
      cluster: 'embedded',
      object,
    });
  }

  get watchers(): number {
    return this.#streams.size;
  }

  #tell(message: ArenaStreamMessage): void {
    for (const stream of this.#streams) {
      stream.write(
        `id: ${this.#version}\ndata: ${JSON.stringify(message)}\n\n`,
      );
    }
  }

  #store(key: string, object: ArenaObject): ArenaObject {
    this.#version += 1;
    const stored = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#version) },
    };
    this.objects.set(key, stored);
    return stored;
  }

  async #handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, 'http://localhost');
    this.requests.push(`${request.method} ${url.pathname}`);
    if (url.pathname === '/api/auth/guest/refresh') {
      const token = this.guestTokens[this.guestLogins] ?? FakePortal.TOKEN;
      this.guestLogins += 1;
      send(response, { status: 200, body: { backstageIdentity: { token } } });
      return;
    }
    if (request.headers.authorization !== `Bearer ${FakePortal.TOKEN}`) {
      send(response, failure(401, 'Illegal token'));
      return;
    }
    const path = url.pathname.replace('/api/arena/v1/', '').split('/');
    if (path[0] === 'stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      response.write(`id: 0\ndata: ${JSON.stringify({ type: 'reset' })}\n\n`);
      return;
    }
    const body = await text(request);
    send(
      response,
      path[0] === 'runs'
        ? this.#runs(path.slice(1), url)
        : this.#clusters(request.method!, path, url, body),
    );
  }

  #runs([id, what, name]: string[], url: URL): Answer {
    const run = this.runs.get(id);
    if (!run) return failure(404, `run "${id}" not found`);
    if (what === undefined) return { status: 200, body: run };
    if (what === 'matrix') return { status: 200, body: this.matrix };
    if (what === 'items') {
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const limit = Number(url.searchParams.get('limit') ?? 50);
      const items = this.items.slice(from, from + limit);
      const next = from + limit;
      return {
        status: 200,
        body: {
          items,
          ...(next < this.items.length && { nextCursor: String(next) }),
        },
      };
    }
    if (what === 'reports' && name === 'retry') {
      const { finalizeError: _, ...written } = run;
      this.runs.set(id, written);
      return { status: 202, body: { ...run, state: 'Finalizing' } };
    }
    const report = this.reports.get(name);
    return report === undefined
      ? failure(404, `report "${name}" not found`)
      : { status: 200, raw: report };
  }

  #clusters(method: string, path: string[], url: URL, body: string): Answer {
    const [, cluster, , namespace, plural, name, verb] = path;
    if (cluster === undefined) {
      return {
        status: 200,
        body: { items: [{ name: 'embedded', kind: 'embedded', ready: true }] },
      };
    }
    const key = `${plural}/${namespace}/${name}`;
    const dryRun = url.searchParams.get('dryRun') === 'All';
    if (name === undefined && method === 'GET') {
      const items = [...this.objects]
        .filter(([each]) => each.startsWith(`${plural}/${namespace}/`))
        .map(([, object]) => object);
      return { status: 200, body: { items, metadata: {} } };
    }
    if (method === 'POST' && name === undefined) {
      return this.#write(`${plural}/${namespace}`, body, dryRun, 201);
    }
    const object = this.objects.get(key);
    if (!object) {
      return failure(404, `${plural}.omnia.altairalabs.ai "${name}" not found`);
    }
    if (verb === 'events') return { status: 200, body: { items: this.events } };
    if (verb === 'runs') {
      return { status: 200, body: { items: [...this.runs.values()] } };
    }
    if (verb === 'cancel') {
      return {
        status: 200,
        body: this.#store(key, {
          ...object,
          spec: { ...object.spec, cancelled: true },
        }),
      };
    }
    if (method === 'PUT') {
      return this.#write(`${plural}/${namespace}`, body, dryRun, 200, object);
    }
    if (method === 'DELETE') this.objects.delete(key);
    return { status: 200, body: object };
  }

  #write(
    folder: string,
    body: string,
    dryRun: boolean,
    status: number,
    before?: ArenaObject,
  ): Answer {
    const { object, causes } = admit(parse(body), {
      operation: before ? 'update' : 'create',
      oldObject: before,
    });
    const { name } = object.metadata;
    if (causes.length > 0) {
      const list = causes.map(formatCause).join(', ');
      return failure(422, `${object.kind} "${name}" is invalid: [${list}]`, {
        causes,
      });
    }
    const stored: ArenaObject = {
      ...object,
      metadata: {
        ...object.metadata,
        name: name!,
        namespace: folder.split('/')[1],
        uid: before?.metadata.uid ?? `uid-${name}`,
        resourceVersion: '0',
        generation: 1,
        creationTimestamp: new Date().toISOString(),
      },
    };
    return {
      status,
      body: dryRun ? stored : this.#store(`${folder}/${name}`, stored),
    };
  }
}

function failure(status: number, message: string, more: object = {}): Answer {
  return {
    status,
    body: {
      error: { name: 'Error', message, ...more },
      response: { statusCode: status },
    },
  };
}

function send(response: ServerResponse, { status, body, raw }: Answer): void {
  response.writeHead(status, {
    'content-type': raw === undefined ? 'application/json' : 'text/plain',
  });
  response.end(raw ?? JSON.stringify(body ?? {}));
}
