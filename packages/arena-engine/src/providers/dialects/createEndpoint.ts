import { ProviderSpec } from '../../bundle/schemas/provider';
import { object, text } from '../http/read';
import { EventStreamFraming } from '../platforms/EventStreamFraming';
import { Target } from '../platforms/targetOf';
import { AnthropicDialect } from './anthropic/AnthropicDialect';
import { Dialect } from './Dialect';
import { GeminiDialect } from './gemini/GeminiDialect';
import { OllamaDialect } from './ollama/OllamaDialect';
import { OpenAiChatDialect } from './openai/OpenAiChatDialect';
import { OpenAiResponsesDialect } from './openai/OpenAiResponsesDialect';
import { DialectOptions } from './requestBody';

/** Where a provider is called, and how it is spoken to. */
export interface Endpoint {
  /** What the dialect's paths follow. */
  baseUrl: string;
  dialect: Dialect;
  /** Region of Bedrock. */
  region?: string;
  /** Project of Vertex. */
  project?: string;
}

const AZURE_API_VERSION = '2024-10-21';

/** @throws Error when the spec lacks what the endpoint needs. */
export async function createEndpoint(
  spec: ProviderSpec,
  target: Target,
): Promise<Endpoint> {
  const options: DialectOptions = {
    model: spec.model ?? '',
    unsupportedParams: spec.unsupported_params ?? [],
    extraBody: object(setting(spec, 'extra_body')) ?? {},
  };
  switch (target.dialect) {
    case 'claude':
      return claudeEndpoint(spec, target, options);
    case 'gemini':
      return geminiEndpoint(spec, target, options);
    case 'ollama': {
      const baseUrl = spec.base_url ?? 'http://localhost:11434';
      return isBare(baseUrl)
        ? { baseUrl, dialect: new OllamaDialect(options) }
        : openAiEndpoint(spec, baseUrl, options);
    }
    default:
      if (target.platform === 'azure') return azureEndpoint(spec, options);
      if (target.platform === 'bedrock') {
        const region = regionOf(spec, ['AWS_REGION', 'AWS_DEFAULT_REGION']);
        const origin = given(spec) ?? bedrockOrigin(region);
        return {
          ...openAiEndpoint(spec, bareWith(origin, '/openai/v1'), options),
          region,
        };
      }
      return openAiEndpoint(spec, openAiUrl(spec), options);
  }
}

function openAiUrl({ type, base_url: url }: ProviderSpec): string {
  if (type === 'openai') return url ?? 'https://api.openai.com/v1';
  // The address of such a server is usually written without the path of the compatible API.
  return bareWith(url ?? 'http://localhost:8000', '/v1');
}

function openAiEndpoint(
  spec: ProviderSpec,
  baseUrl: string,
  options: DialectOptions,
): Endpoint {
  return {
    baseUrl,
    dialect: usesResponses(spec)
      ? new OpenAiResponsesDialect({ ...options, path: '/responses' })
      : new OpenAiChatDialect({ ...options, path: '/chat/completions' }),
  };
}

function azureEndpoint(spec: ProviderSpec, options: DialectOptions): Endpoint {
  const endpoint = requireGiven(spec);
  const deployment = text(setting(spec, 'deployment')) ?? options.model;
  const named = { ...options, model: deployment };
  if (!isBare(endpoint)) return openAiEndpoint(spec, endpoint, named);
  if (usesResponses(spec)) {
    return openAiEndpoint(spec, bareWith(endpoint, '/openai/v1'), named);
  }
  const version = text(setting(spec, 'api_version')) ?? AZURE_API_VERSION;
  return {
    baseUrl: endpoint,
    dialect: new OpenAiChatDialect({
      // Its own name tells which parameters the model takes.
      ...options,
      path: `/openai/deployments/${encodeURIComponent(
        deployment,
      )}/chat/completions?api-version=${encodeURIComponent(version)}`,
    }),
  };
}

async function claudeEndpoint(
  spec: ProviderSpec,
  { platform }: Target,
  options: DialectOptions,
): Promise<Endpoint> {
  const caching = spec.defaults?.prompt_caching ?? false;
  const promptCaching =
    typeof caching === 'string'
      ? !/^(false|off|none|no|disabled)?$/i.test(caching)
      : caching;
  const common = {
    ...options,
    promptCaching,
    streamField: platform !== 'bedrock',
  };
  const model = encodeURIComponent(options.model);
  switch (platform) {
    case 'bedrock': {
      const region = regionOf(spec, ['AWS_REGION', 'AWS_DEFAULT_REGION']);
      const path = (stream: boolean) =>
        `/model/${model}/${stream ? 'invoke-with-response-stream' : 'invoke'}`;
      return {
        baseUrl: given(spec) ?? bedrockOrigin(region),
        region,
        dialect: new AnthropicDialect({
          ...common,
          path,
          bodyVersion: 'bedrock-2023-05-31',
          createFraming: await EventStreamFraming.load(),
        }),
      };
    }
    case 'vertex': {
      const path = (stream: boolean) =>
        `/publishers/anthropic/models/${model}:${
          stream ? 'streamRawPredict' : 'rawPredict'
        }`;
      return {
        ...vertexPlace(spec),
        dialect: new AnthropicDialect({
          ...common,
          path,
          bodyVersion: 'vertex-2023-10-16',
        }),
      };
    }
    default: {
      const start =
        platform === 'azure'
          ? bareWith(requireGiven(spec), '/anthropic/v1')
          : bareWith(spec.base_url ?? 'https://api.anthropic.com', '/v1');
      return {
        baseUrl: start,
        dialect: new AnthropicDialect({ ...common, path: () => '/messages' }),
      };
    }
  }
}

function geminiEndpoint(
  spec: ProviderSpec,
  { platform }: Target,
  options: DialectOptions,
): Endpoint {
  const model = encodeURIComponent(options.model);
  return platform === 'vertex'
    ? {
        ...vertexPlace(spec),
        dialect: new GeminiDialect({
          ...options,
          path: `/publishers/google/models/${model}`,
        }),
      }
    : {
        baseUrl: bareWith(
          spec.base_url ?? 'https://generativelanguage.googleapis.com',
          '/v1beta',
        ),
        dialect: new GeminiDialect({ ...options, path: `/models/${model}` }),
      };
}

function vertexPlace(
  spec: ProviderSpec,
): Pick<Endpoint, 'baseUrl' | 'project'> {
  const project = spec.platform?.project ?? process.env.GOOGLE_CLOUD_PROJECT;
  if (!project) {
    throw new Error(
      'platform.project is missing, and GOOGLE_CLOUD_PROJECT is not set',
    );
  }
  const region =
    spec.platform?.region ?? process.env.GOOGLE_CLOUD_LOCATION ?? 'global';
  const prefix = region === 'global' ? '' : `${region}-`;
  const origin = given(spec) ?? `https://${prefix}aiplatform.googleapis.com`;
  return {
    baseUrl: bareWith(origin, `/v1/projects/${project}/locations/${region}`),
    project,
  };
}

function bedrockOrigin(region: string): string {
  return `https://bedrock-runtime.${region}.amazonaws.com`;
}

function regionOf(spec: ProviderSpec, names: readonly string[]): string {
  const region =
    spec.platform?.region ??
    names.map(name => process.env[name]).find(value => value);
  if (region) return region;
  throw new Error(
    `platform.region is missing, and ${names.join(' and ')} are not set`,
  );
}

/** The address that the spec gives a platform. */
function given(spec: ProviderSpec): string | undefined {
  return spec.platform?.endpoint ?? spec.base_url;
}

function requireGiven(spec: ProviderSpec): string {
  const endpoint = given(spec);
  if (endpoint) return endpoint;
  throw new Error(
    'platform.endpoint is missing: allowed are addresses such as https://name.openai.azure.com',
  );
}

function usesResponses(spec: ProviderSpec): boolean {
  const api = setting(spec, 'api');
  if (api === undefined || api === 'chat') return false;
  if (api === 'responses') return true;
  throw new Error(
    `additional_config.api is ${JSON.stringify(
      api,
    )}: allowed are chat and responses`,
  );
}

function setting(spec: ProviderSpec, name: string): unknown {
  return (
    spec.additional_config?.[name] ?? spec.platform?.additional_config?.[name]
  );
}

function isBare(url: string): boolean {
  return /^https?:\/\/[^/]+\/?$/.test(url);
}

/** Adds the usual path to an address that has none. */
function bareWith(url: string, path: string): string {
  return isBare(url) ? url.replace(/\/$/, '') + path : url;
}
