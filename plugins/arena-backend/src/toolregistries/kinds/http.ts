import { ToolHandler } from '@backstage-arena/plugin-arena-common';
import { ANY_ARGUMENTS, given, HandlerKind } from '../HandlerKind';
import { toTemplate } from '../urlTemplate';

type HttpConfig = NonNullable<ToolHandler['httpConfig']>;

/** One HTTP endpoint. */
export const httpKind: HandlerKind = {
  fault,

  known(handler) {
    const { tool, httpConfig } = handler;
    return tool
      ? [
          {
            ...tool,
            endpoint: httpConfig?.endpoint,
            status: 'Unavailable',
            error: fault(handler),
          },
        ]
      : [];
  },

  async discover({ tool, httpConfig }, { web, probe, probeTimeoutMs }) {
    if (!tool || !httpConfig) return [];
    const { endpoint } = httpConfig;
    if (!probe) return [{ ...tool, endpoint, status: 'Unknown' }];
    const error = await web.probe(endpoint, { timeoutMs: probeTimeoutMs });
    return [
      error
        ? { ...tool, endpoint, status: 'Unavailable', error }
        : { ...tool, endpoint, status: 'Available' },
    ];
  },

  toSpec({ httpConfig }, { inputSchema }) {
    const http = given(httpConfig, 'httpConfig');
    return {
      mode: 'live',
      input_schema: inputSchema ?? ANY_ARGUMENTS,
      http: {
        url: toTemplate(addressOf(http)),
        method: http.method,
        headers: { 'Content-Type': http.contentType, ...http.headers },
        redact: http.redact,
        request: {
          query_params: http.queryParams,
          header_params: http.headerParams && inverted(http.headerParams),
          static_query: http.staticQuery,
          static_body: http.staticBody,
          body_mapping: http.bodyMapping,
        },
        response: { body_mapping: http.responseMapping },
      },
    };
  },
};

function fault({ httpConfig }: ToolHandler): string | undefined {
  const type = httpConfig?.contentType ?? 'application/json';
  return /^application\/(.+\+)?json(;|$)/i.test(type)
    ? undefined
    : `httpConfig.contentType is ${type}: workers send JSON alone`;
}

function addressOf({ endpoint, urlTemplate }: HttpConfig): string {
  if (!urlTemplate) return endpoint;
  if (/^https?:\/\//.test(urlTemplate)) return urlTemplate;
  return `${endpoint.replace(/\/+$/, '')}/${urlTemplate.replace(/^\/+/, '')}`;
}

/** The registry says which header an argument goes to, a tool file which argument a header takes. */
function inverted(map: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).map(([argument, header]) => [header, argument]),
  );
}
