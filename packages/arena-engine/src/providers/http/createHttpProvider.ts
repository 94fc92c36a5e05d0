import { BundleContent, ProviderEntry } from '../../bundle/BundleContent';
import { ProviderSpec } from '../../bundle/schemas/provider';
import { RunnerOptions } from '../../Engine';
import { goDurationMs } from '../../util/goDuration';
import { ChatProvider, ProviderError } from '../ChatProvider';
import { findCredential } from '../credentials/findCredential';
import { createEndpoint, Endpoint } from '../dialects/createEndpoint';
import { budgetOf } from '../limits/budgetOf';
import { createLimiter, createRetries, noRetries } from '../limits/limitsOf';
import { refuseAmbientCredentials } from '../platforms/ambientCredentials';
import { authorizeAzure } from '../platforms/azure';
import { authorizeBedrock } from '../platforms/bedrock';
import { Target, targetOf } from '../platforms/targetOf';
import { authorizeVertex } from '../platforms/vertex';
import { SecretReader } from '../SecretReader';
import { HttpClient } from './HttpClient';
import { Authorize, HttpProvider } from './HttpProvider';
import { metadataPolicy } from './metadataPolicy';

const DEFAULT_REQUEST_TIMEOUT_MS = 60_000;
const DEFAULT_IDLE_TIMEOUT_MS = 30_000;
const DEFAULT_IDLE_CONNECTION_MS = 90_000;

const ANTHROPIC_VERSION = '2023-06-01';

/**
 * Builds the client of a model behind HTTP. What is wrong with its spec or its credential fails its calls, not the run: other
 * providers may be fine.
 */
export async function createHttpProvider(
  entry: ProviderEntry,
  { directory }: Pick<BundleContent, 'directory'>,
  options: Pick<
    RunnerOptions,
    'rateShare' | 'concurrency' | 'log' | 'allow' | 'load'
  >,
  secrets: SecretReader,
): Promise<ChatProvider> {
  const { spec, id } = entry;
  let target: Target;
  let endpoint: Endpoint;
  let url: URL;
  try {
    target = targetOf(spec);
    endpoint = await createEndpoint(spec, target);
    url = readUrl(endpoint.baseUrl);
  } catch (error) {
    return failing(new ProviderError('bundle', explain(id, error), false));
  }
  let auth: Auth;
  try {
    const key = await findCredential(entry, target, directory, secrets);
    if (key === undefined && target.platform) {
      refuseAmbientCredentials({
        platform: target.platform,
        url,
        allowed: options.allow?.ambientCredentials,
      });
    }
    auth = await createAuth(target, endpoint, key, secrets);
  } catch (error) {
    const message = explain(id, error);
    options.log?.(`warning: ${message}`);
    return failing(new ProviderError('auth', message, false));
  }
  const headers = lowerCase(spec.headers ?? {});
  return new HttpProvider({
    dialect: endpoint.dialect,
    client: createClient(spec, url.origin, options.concurrency),
    basePath: url.pathname.replace(/\/+$/, ''),
    query: url.search.slice(1),
    headers: {
      'content-type': 'application/json',
      ...auth.headers,
      ...headers,
    },
    authorize: auth.authorize,
    limiter: createLimiter(spec, options.rateShare ?? 1, options.load),
    retries: options.load ? noRetries() : createRetries(spec),
    budget: budgetOf(options),
    pricing: {
      input: spec.pricing?.input_cost_per_1k ?? 0,
      output: spec.pricing?.output_cost_per_1k ?? 0,
      cached: spec.pricing?.cached_cost_per_1k,
    },
  });
}

interface Auth {
  headers?: Record<string, string>;
  authorize?: Authorize;
}

async function createAuth(
  { dialect, platform }: Target,
  { baseUrl, region = '', project }: Endpoint,
  key: string | undefined,
  secrets: SecretReader,
): Promise<Auth> {
  const version: Record<string, string> =
    dialect === 'claude' ? { 'anthropic-version': ANTHROPIC_VERSION } : {};
  switch (platform) {
    case 'bedrock':
      return {
        authorize: await authorizeBedrock({
          origin: new URL(baseUrl).origin,
          region,
          key,
          secrets,
        }),
      };
    case 'vertex':
      return { authorize: await authorizeVertex({ key, project, secrets }) };
    case 'azure':
      return {
        headers: version,
        authorize: await authorizeAzure({
          key,
          keyHeader: dialect === 'claude' ? 'x-api-key' : 'api-key',
          secrets,
        }),
      };
    default:
      if (key === undefined) return { headers: version };
      if (dialect === 'claude') {
        return { headers: { ...version, 'x-api-key': key } };
      }
      return {
        headers:
          dialect === 'gemini'
            ? { 'x-goog-api-key': key }
            : { authorization: `Bearer ${key}` },
      };
  }
}

function createClient(
  spec: ProviderSpec,
  origin: string,
  poolSize: number | undefined,
): HttpClient {
  const { http_transport: transport } = spec;
  return new HttpClient({
    origin,
    requestTimeoutMs:
      goDurationMs(spec.request_timeout) ?? DEFAULT_REQUEST_TIMEOUT_MS,
    streamIdleTimeoutMs:
      goDurationMs(spec.stream_idle_timeout) ?? DEFAULT_IDLE_TIMEOUT_MS,
    maxConnections: transport?.max_conns_per_host,
    poolSize,
    idleConnectionMs:
      goDurationMs(transport?.idle_conn_timeout) ?? DEFAULT_IDLE_CONNECTION_MS,
  });
}

function readUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url && /^https?:$/.test(url.protocol)) {
    metadataPolicy.check(url);
    return url;
  }
  throw new Error(
    `the address is '${baseUrl}': allowed are http:// and https:// URLs`,
  );
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function explain(id: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `Provider "${id}": ${reason}`;
}

function failing(error: ProviderError): ChatProvider {
  return {
    chat: () => Promise.reject(error),
    close: () => Promise.resolve(),
  };
}
