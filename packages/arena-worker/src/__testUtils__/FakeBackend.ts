import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  cellAt,
  heartbeatRequestSchema,
  IndexRange,
  ItemReport,
  leaseRequestSchema,
  registerRequestSchema,
  releaseRequestSchema,
  reportRequestSchema,
  RunPins,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { FakeLoad } from './FakeLoad';

export const RUN_ID = '6f1f7b3c-0000-4000-8000-000000000001-1';
export const RUN_TOKEN = 'test-run-token-0123456789';

/** What becomes of a request before the protocol sees it. */
export type Interference =
  | undefined
  | { delayMs: number }
  | { status: number; headers?: Record<string, string> }
  /** The connection is cut: before the request is handled, after that, or in the middle of the answer. */
  | { cut: 'before' | 'after' | 'middle' };

export interface FakeBackendOptions {
  plan: RunPlan;
  pins: RunPins;
  bundle: Buffer;
  leaseTtlMs?: number;
  heartbeatIntervalMs?: number;
  mostPerLease?: number;
  /** The run is a load test. */
  load?: FakeLoad;
  finalize?: {
    formats: string[];
    outputDirectory?: string;
    allowedHosts?: string[];
  };
  /** Largest report that is taken. */
  maxUploadBytes?: number;
  interfere?: (path: string, count: number) => Interference;
  registration?: Record<string, unknown>;
}

interface FakeLease {
  id: string;
  fence: number;
  workerId: string;
  indexes: Set<number>;
  started: Set<number>;
  expiresAt: number;
  finalize: boolean;
}

/** The worker protocol in memory, as strict as the real one, and able to be as bad as a network. */
export class FakeBackend {
  readonly results = new Map<number, ItemReport>();
  readonly uploads = new Map<string, Buffer>();
  readonly workers = new Set<string>();
  readonly requests: string[] = [];
  /** Sizes of the reports that were counted. */
  readonly reportSizes: number[] = [];
  /** Items that a worker gave back after it had started them. */
  readonly givenUp: number[] = [];
  duplicates = 0;
  lateReports = 0;
  finalized: unknown;
  command: 'continue' | 'drain' | 'cancel' = 'continue';
  closed = false;
  readonly leases = new Map<string, FakeLease>();
  readonly #options: FakeBackendOptions;
  readonly #counts = new Map<string, number>();
  readonly #server: Server;
  #cursor = 0;
  #free: IndexRange[] = [];
  #fence = 0;

  private constructor(options: FakeBackendOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(error => {
        if (!response.headersSent) response.writeHead(500);
        response.end(JSON.stringify({ error: { message: String(error) } }));
      });
    });
  }

  static async start(options: FakeBackendOptions): Promise<FakeBackend> {
    const backend = new FakeBackend(options);
    await new Promise<void>(resolve =>
      backend.#server.listen(0, '127.0.0.1', resolve),
    );
    return backend;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/arena/worker/v1`;
  }

  get env(): Record<string, string> {
    return {
      ARENA_BACKEND_URL: this.url,
      ARENA_RUN_ID: RUN_ID,
      ARENA_RUN_TOKEN: RUN_TOKEN,
      ARENA_WORKER_ID: 'worker-0',
    };
  }

  /** Takes a lease away, as if it had expired. */
  revoke(lease: FakeLease): void {
    this.leases.delete(lease.id);
    for (const index of lease.indexes) {
      this.#free.push({ from: index, to: index + 1 });
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, 'http://localhost');
    const path = url.pathname.replace('/api/arena/worker/v1', '');
    this.requests.push(path);
    const count = (this.#counts.get(path) ?? 0) + 1;
    this.#counts.set(path, count);
    const body = await buffer(request);
    if (request.headers.authorization !== `Bearer ${RUN_TOKEN}`) {
      send(response, 401, { error: { message: 'bad token' } });
      return;
    }
    const interference = this.#options.interfere?.(path, count);
    if (interference && 'delayMs' in interference) {
      await new Promise(resolve => setTimeout(resolve, interference.delayMs));
    }
    if (interference && 'status' in interference) {
      for (const [name, value] of Object.entries(interference.headers ?? {})) {
        response.setHeader(name, value);
      }
      send(response, interference.status, { error: { message: 'interfered' } });
      return;
    }
    const cut = interference && 'cut' in interference && interference.cut;
    if (cut === 'before') {
      request.socket.destroy();
      return;
    }
    const answer = this.#answer(path, url, body, request, response);
    if (cut === 'after') {
      request.socket.destroy();
      return;
    }
    if (cut === 'middle') {
      const content = toBuffer(answer.body);
      response.writeHead(answer.status, {
        ...answer.headers,
        'content-length': content.length,
      });
      response.write(content.subarray(0, Math.ceil(content.length / 2)), () =>
        setTimeout(() => request.socket.destroy(), 20),
      );
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(toBuffer(answer.body));
  }

  #answer(
    path: string,
    url: URL,
    body: Buffer,
    request: IncomingMessage,
    _response: ServerResponse,
  ): { status: number; headers?: Record<string, string>; body?: unknown } {
    if (path === '/bundle') return this.#bundle(request);
    if (path === '/results') return this.#results(url);
    if (path === '/transcripts') return this.#transcripts(url);
    if (path.startsWith('/reports/')) {
      const name = decodeURIComponent(path.slice('/reports/'.length));
      const { maxUploadBytes = Infinity } = this.#options;
      if (body.length > maxUploadBytes) {
        return { status: 413, body: { error: { message: 'too large' } } };
      }
      this.uploads.set(name, body);
      return { status: 200, body: {} };
    }
    const { load } = this.#options;
    if (load && request.method === 'GET') {
      switch (path) {
        case '/load/report':
          return { status: 200, body: load.report };
        case '/load/batches':
          return { status: 200, body: Buffer.from(load.lines('batches')) };
        case '/load/series':
          return { status: 200, body: Buffer.from(load.lines('series')) };
        default:
          return { status: 404, body: {} };
      }
    }
    const json = JSON.parse(body.toString());
    this.#expire();
    switch (path) {
      case '/load/lease':
        if (!load) return { status: 404, body: {} };
        return { status: 200, body: load.lease(json) };
      case '/load/report':
        if (!load) return { status: 404, body: {} };
        return { status: 200, body: load.record(json) };
      case '/register': {
        const { workerId } = registerRequestSchema.parse(json);
        this.workers.add(workerId);
        return {
          status: 200,
          body: {
            protocolVersion: 1,
            runId: RUN_ID,
            pins: this.#options.pins,
            plan: this.#options.plan,
            heartbeatIntervalMs: this.#options.heartbeatIntervalMs ?? 100,
            ...this.#options.registration,
          },
        };
      }
      case '/lease':
        return { status: 200, body: this.#lease(json) };
      case '/heartbeat':
        return { status: 200, body: this.#heartbeat(json) };
      case '/report':
        return this.#report(json);
      case '/release':
        return this.#release(json);
      default:
        return { status: 404, body: {} };
    }
  }

  #bundle(request: IncomingMessage) {
    const { bundle } = this.#options;
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    if (from === undefined) return { status: 200, body: bundle };
    return {
      status: 206,
      headers: {
        'content-range': `bytes ${from}-${bundle.length - 1}/${bundle.length}`,
      },
      body: bundle.subarray(Number(from)),
    };
  }

  #resultsFrom(url: URL): ItemReport[] {
    const from = Number(url.searchParams.get('from') ?? 0);
    return [...this.results.values()]
      .filter(result => result.index >= from)
      .sort((a, b) => a.index - b.index);
  }

  #transcripts(url: URL) {
    const lines = this.#resultsFrom(url).map(
      ({ index, transcript }) =>
        `{"index":${index},"transcript":${transcript}}`,
    );
    return { status: 200, body: Buffer.from(`${lines.join('\n')}\n`) };
  }

  #results(url: URL) {
    const rows = this.#resultsFrom(url).map(({ transcript: _, ...result }) => {
      const cell = cellAt(this.#options.plan, result.index);
      return JSON.stringify({
        ...result,
        scenario: cell.scenario.id,
        provider: cell.provider.id,
        region: cell.region,
        variant: cell.variant,
        trial: cell.trial,
      });
    });
    return { status: 200, body: Buffer.from(`${rows.join('\n')}\n`) };
  }

  #lease(json: unknown): unknown {
    const { workerId, capacity, outputReady, role } =
      leaseRequestSchema.parse(json);
    if (this.closed) return { state: 'closed', reason: 'Completed' };
    const { plan, leaseTtlMs = 2_000, mostPerLease = 500 } = this.#options;
    const lease: FakeLease = {
      id: `lease-${this.#fence}`,
      fence: this.#fence,
      workerId,
      indexes: new Set(),
      started: new Set(),
      expiresAt: Date.now() + leaseTtlMs,
      finalize: false,
    };
    this.#fence += 1;
    const head = { leaseId: lease.id, fence: lease.fence, ttlMs: leaseTtlMs };
    const { load } = this.#options;
    const allIn = load ? load.isOver : this.results.size === plan.total;
    if (load && !allIn) return { state: 'wait', retryAfterMs: 50 };
    if (allIn && role === 'work') return { state: 'closed', reason: 'All in' };
    if (!allIn && role === 'finalize') {
      return { state: 'wait', retryAfterMs: 50 };
    }
    if (allIn) {
      if (
        outputReady === false ||
        [...this.leases.values()].some(other => other.finalize)
      ) {
        return { state: 'wait', retryAfterMs: 50 };
      }
      lease.finalize = true;
      this.leases.set(lease.id, lease);
      return {
        state: 'finalize',
        ...head,
        ...(this.#options.finalize ?? { formats: ['json', 'junit', 'csv'] }),
      };
    }
    const size = Math.min(capacity, mostPerLease);
    const items: Array<{ index: number; attempt: number }> = [];
    while (items.length < size && this.#free.length > 0) {
      const { from } = this.#free.shift()!;
      items.push({ index: from, attempt: 1 });
      lease.indexes.add(from);
    }
    const ranges: IndexRange[] = [];
    const fresh = Math.min(size - items.length, plan.total - this.#cursor);
    if (fresh > 0) {
      ranges.push({ from: this.#cursor, to: this.#cursor + fresh });
      for (let i = 0; i < fresh; i++) lease.indexes.add(this.#cursor + i);
      this.#cursor += fresh;
    }
    if (lease.indexes.size === 0) return { state: 'wait', retryAfterMs: 50 };
    this.leases.set(lease.id, lease);
    return { state: 'granted', ...head, ranges, items };
  }

  #heartbeat(json: unknown): unknown {
    const request = heartbeatRequestSchema.parse(json);
    const { leaseTtlMs = 2_000 } = this.#options;
    return {
      command: this.closed ? 'cancel' : this.command,
      leases: request.leases.map(({ leaseId, fence, started }) => {
        const lease = this.leases.get(leaseId);
        if (lease?.fence !== fence) return { leaseId, lost: true };
        for (const index of started) lease.started.add(index);
        lease.expiresAt = Date.now() + leaseTtlMs;
        return { leaseId, lost: false, ttlMs: leaseTtlMs };
      }),
    };
  }

  #report(json: unknown) {
    const request = reportRequestSchema.parse(json);
    const lease = this.leases.get(request.leaseId);
    if (lease?.fence !== request.fence) {
      this.lateReports += 1;
      return { status: 409, body: { error: { message: 'lease lost' } } };
    }
    const refused: Array<{ index: number; reason: string }> = [];
    for (const result of request.results) {
      if (this.results.has(result.index)) {
        this.duplicates += 1;
        refused.push({ index: result.index, reason: 'counted before' });
      } else if (lease.indexes.delete(result.index)) {
        this.results.set(result.index, result);
      } else refused.push({ index: result.index, reason: 'not leased' });
    }
    if (lease.indexes.size === 0) this.leases.delete(lease.id);
    this.reportSizes.push(request.results.length);
    return {
      status: 200,
      body: {
        accepted: request.results.length - refused.length,
        refused,
        command: this.command,
      },
    };
  }

  #release(json: unknown) {
    const request = releaseRequestSchema.parse(json);
    const lease = this.leases.get(request.leaseId);
    if (lease?.fence !== request.fence) {
      return { status: 409, body: { error: { message: 'lease lost' } } };
    }
    if (request.finalize) {
      this.finalized = request.finalize;
      this.closed = true;
    }
    this.givenUp.push(...request.started);
    this.revoke(lease);
    return { status: 204 };
  }

  #expire(): void {
    for (const lease of this.leases.values()) {
      if (lease.expiresAt < Date.now()) this.revoke(lease);
    }
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function toBuffer(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}
