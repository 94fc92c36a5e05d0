import { ResponseError } from '@backstage/errors';

/** @public */
export interface ArenaTransportOptions {
  /**
   * Address of the Arena backend without the version of its API, for example `https://portal.example.com/api/arena`. Asked
   * before each request, as discovery may answer differently later.
   */
  baseUrl: string | (() => Promise<string> | string);
  /** Default: the global one. */
  fetch?: typeof fetch;
}

type QueryValue = string | number | boolean | readonly string[] | undefined;

/** One request. Segments of `path` are encoded, whatever is in them. */
export interface ArenaTransportRequest {
  method?: string;
  path: string[];
  query?: Record<string, QueryValue>;
  /** A form brings its content type with it. */
  body?: string | FormData;
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  token?: string;
  signal?: AbortSignal;
}

/** Sends requests to the REST API and turns its errors into `ResponseError`s. */
export class ArenaTransport {
  private readonly options: ArenaTransportOptions;

  constructor(options: ArenaTransportOptions) {
    this.options = options;
  }

  async json<T>(request: ArenaTransportRequest): Promise<T> {
    const response = await this.request(request);
    return (await response.json()) as T;
  }

  async request(request: ArenaTransportRequest): Promise<Response> {
    const { baseUrl, fetch: send = fetch } = this.options;
    const base = typeof baseUrl === 'string' ? baseUrl : await baseUrl();
    const path = request.path.map(encodeSegment).join('/');
    const query = queryString(request.query ?? {});
    const response = await send(
      `${base.replace(/\/+$/, '')}/v1/${path}${query}`,
      {
        method: request.method ?? 'GET',
        headers: {
          Accept: request.accept ?? 'application/json',
          ...(request.contentType && { 'Content-Type': request.contentType }),
          ...(request.token && { Authorization: `Bearer ${request.token}` }),
          ...request.headers,
        },
        ...(request.body !== undefined && { body: request.body }),
        ...(request.signal && { signal: request.signal }),
      },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response;
  }
}

function encodeSegment(segment: string): string {
  // A bare dot segment survives encodeURIComponent and would be resolved away by the URL parser, into another resource.
  if (/^\.{0,2}$/.test(segment)) {
    throw new TypeError(
      `Invalid path segment ${JSON.stringify(segment)}: it must name something`,
    );
  }
  return encodeURIComponent(segment);
}

function queryString(query: Record<string, QueryValue>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      params.append(key, String(one));
    }
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}
