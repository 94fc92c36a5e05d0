import { describeFailure } from '../../web/describeFailure';
import { ReportedError } from '../../web/ReportedError';
import {
  DiscoveryContext,
  FoundTool,
  given,
  HandlerFault,
  HandlerKind,
} from '../HandlerKind';
import { documentTools } from '../openapi/documentTools';
import { isObject } from '../openapi/inlineSchema';
import { ArgumentPlace, PLACE_KEY } from '../openapi/operationTools';
import { toTemplate } from '../urlTemplate';

const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;
const MAX_READING_MS = 10_000;

/** The operations of an OpenAPI document. */
export const openApiKind: HandlerKind = {
  async discover({ openAPIConfig }, context) {
    const { specURL, baseURL, operationFilter, headers } = given(
      openAPIConfig,
      'openAPIConfig',
    );
    const text = await fetchText(specURL, context, headers);
    let tools;
    try {
      tools = await documentTools(text, {
        specUrl: specURL,
        baseUrl: baseURL?.replace(/\/+$/, ''),
        filter: operationFilter,
        timeoutMs: MAX_READING_MS,
      });
    } catch (error) {
      throw new Error(
        `the document at ${specURL} cannot be used: ${messageOf(error)}`,
      );
    }
    if (
      !baseURL &&
      Object.keys({ ...headers, ...context.headers }).length > 0
    ) {
      checkOrigins(tools, specURL);
    }
    return tools;
  },

  toSpec({ openAPIConfig }, { endpoint = '', inputSchema }) {
    const [method, ...address] = endpoint.split(' ');
    const query: Record<string, string> = {};
    const header: Record<string, string> = {};
    const exclude: string[] = [];
    let body: string | undefined;
    const properties: Record<string, unknown> = {};
    const { properties: declared } = inputSchema ?? {};
    for (const [argument, schema] of Object.entries(
      isObject(declared) ? declared : {},
    )) {
      const { [PLACE_KEY]: place, ...rest } = isObject(schema) ? schema : {};
      properties[argument] = isObject(schema) ? rest : schema;
      const where = readPlace(place);
      if (where?.in === 'query') query[where.name] = argument;
      else if (where?.in === 'header') header[where.name] = argument;
      else if (where?.in === 'path') exclude.push(argument);
      else if (where?.in === 'body') body = argument;
    }
    return {
      mode: 'live',
      input_schema: { ...inputSchema, properties },
      http: {
        url: toTemplate(address.join(' ')),
        method,
        headers: openAPIConfig?.headers,
        request: {
          query_params: query,
          header_params: header,
          exclude,
          body_mapping: body && `"${body}"`,
        },
      },
    };
  },
};

function readPlace(value: unknown): ArgumentPlace | undefined {
  if (!isObject(value)) return undefined;
  const { in: place, name } = value;
  if (place === 'body') return { in: 'body' };
  return typeof name === 'string' &&
    (place === 'path' || place === 'query' || place === 'header')
    ? { in: place, name }
    : undefined;
}

async function fetchText(
  url: string,
  { web, headers, timeoutMs }: DiscoveryContext,
  own: Record<string, string> | undefined,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    const response = await web.fetch(url, {
      headers: {
        accept: 'application/json, application/yaml;q=0.9, */*;q=0.5',
        ...own,
        ...headers,
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new ReportedError(`HTTP ${response.status}`);
    }
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MAX_DOCUMENT_BYTES) {
        throw new ReportedError(`it has more than ${MAX_DOCUMENT_BYTES} bytes`);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw new Error(
      `the document at ${url} cannot be read: ${describeFailure(
        error,
        timeoutMs,
      )}`,
    );
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Secrets go where the registry says, not where a document says. */
function checkOrigins(tools: readonly FoundTool[], specUrl: string): void {
  const { origin } = new URL(specUrl);
  for (const { name, endpoint = '' } of tools) {
    const address = endpoint.slice(endpoint.indexOf(' ') + 1);
    if (URL.canParse(address) && new URL(address).origin === origin) continue;
    throw new HandlerFault(
      `set openAPIConfig.baseURL: the document places tool ${name} on another server than its own, where neither the Secret nor headers are sent unasked`,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
