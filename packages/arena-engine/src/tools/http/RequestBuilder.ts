import { HttpToolSpec } from '../../bundle/schemas/tool';
import { ENGINE_VERSION } from '../../version';
import { ToolError } from '../ToolHandler';
import { Variables } from '../Variables';
import { compileMapping, Mapping } from './jmespath';
import {
  argumentText,
  fillIn,
  fillInUrl,
  placeholdersOf,
} from './placeholders';

export interface HttpRequest {
  url: URL;
  method: string;
  headers: Headers;
  body?: string;
}

const BODYLESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/**
 * Says where each argument of a call travels: in the query, in a header, or else in the body, which is what methods without a body
 * put into the query. What the author fixed wins over what the model says.
 */
export class RequestBuilder {
  private readonly method: string;
  private readonly bodyMapping?: Mapping;
  private readonly queryParams: ReadonlyArray<[string, string]>;
  private readonly headerParams: ReadonlyArray<[string, string]>;

  constructor(
    private readonly spec: HttpToolSpec,
    private readonly variables: Variables,
    private readonly credentialSlots?: Readonly<Record<string, string>>,
  ) {
    const { request } = spec;
    this.method = (spec.method ?? 'POST').toUpperCase();
    if (request?.body_mapping) {
      this.bodyMapping = compileMapping(
        request.body_mapping,
        'http.request.body_mapping',
      );
    }
    variables.rememberFields(spec.headers);
    variables.rememberFields(request?.static_headers);
    this.queryParams = pairs(request?.query_params);
    this.headerParams = pairs(request?.header_params);
  }

  /** @throws ToolError when an argument or an environment variable is missing. */
  build(args: Record<string, unknown>): HttpRequest {
    const { request } = this.spec;
    const url = fillInUrl(this.spec.url, args);
    const headers = this.headers(args);
    for (const [parameter, argument] of this.queryParams) {
      addToQuery(url, parameter, args[argument]);
    }
    const payload = this.payload(args);
    let body: string | undefined;
    if (BODYLESS.has(this.method)) {
      for (const [name, value] of Object.entries(Object(payload))) {
        addToQuery(url, name, value);
      }
    } else {
      const content = withStatic(payload, request?.static_body);
      // A mapping that finds nothing asks for no body.
      if (content !== null) body = JSON.stringify(content);
      if (body !== undefined && !headers.has('content-type')) {
        headers.set('content-type', 'application/json');
      }
    }
    for (const [name, value] of Object.entries(request?.static_query ?? {})) {
      url.searchParams.set(name, String(value));
    }
    return { url, method: this.method, headers, body };
  }

  /** What is left for the body. */
  private payload(args: Record<string, unknown>): unknown {
    if (this.bodyMapping) return this.bodyMapping(args);
    const { request, url } = this.spec;
    const elsewhere = new Set([
      ...(request?.exclude ?? []),
      ...this.queryParams.map(([, argument]) => argument),
      ...this.headerParams.flatMap(([, source]) =>
        isTemplate(source) ? placeholdersOf(source) : [source],
      ),
      // A query would say the same twice.
      ...(BODYLESS.has(this.method) ? placeholdersOf(url) : []),
    ]);
    return Object.fromEntries(
      Object.entries(args).filter(([name]) => !elsewhere.has(name)),
    );
  }

  private headers(args: Record<string, unknown>): Headers {
    const { headers, headers_from_env: fromEnvironment, request } = this.spec;
    const result = new Headers({
      accept: 'application/json, */*;q=0.8',
      'user-agent': `arena/${ENGINE_VERSION}`,
    });
    const set = (name: string, value: string) => {
      try {
        result.set(name, value);
      } catch {
        throw new ToolError(
          `the header ${name} cannot have the value ${JSON.stringify(value)}`,
        );
      }
    };
    for (const [header, source] of this.headerParams) {
      if (isTemplate(source)) {
        const from = `http.request.header_params.${header}`;
        set(header, fillIn(source, args, from));
      } else if (args[source] !== undefined && args[source] !== null) {
        set(header, argumentText(args[source]));
      }
    }
    for (const [name, value] of [
      ...Object.entries(headers ?? {}),
      ...Object.entries(request?.static_headers ?? {}),
    ]) {
      const from = `http.headers.${name}`;
      // Variables first: an argument must not be able to name one.
      set(name, fillIn(this.variables.expand(value, from), args, from));
    }
    for (const entry of fromEnvironment ?? []) {
      const [name, variable] = entry.split('=');
      set(name, this.variables.read(variable, 'http.headers_from_env'));
    }
    for (const [name, value] of Object.entries(
      this.variables.slots(this.credentialSlots),
    )) {
      set(name, value);
    }
    return result;
  }
}

function pairs(
  params: string[] | Record<string, string> | null | undefined,
): Array<[string, string]> {
  return Array.isArray(params)
    ? params.map(name => [name, name])
    : Object.entries(params ?? {});
}

function isTemplate(text: string): boolean {
  return text.includes('{{');
}

function addToQuery(url: URL, name: string, value: unknown): void {
  for (const entry of Array.isArray(value) ? value : [value]) {
    if (entry === undefined || entry === null) continue;
    url.searchParams.append(name, argumentText(entry));
  }
}

function withStatic(
  payload: unknown,
  fixed: Record<string, unknown> | null | undefined,
): unknown {
  if (!fixed || Object.keys(fixed).length === 0) return payload;
  if (payload === null) return fixed;
  if (typeof payload !== 'object' || Array.isArray(payload)) {
    throw new ToolError(
      'http.request.static_body can only be added to an object, and body_mapping gives another value',
    );
  }
  return { ...payload, ...fixed };
}
