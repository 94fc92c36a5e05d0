import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { BundleContent, ProviderEntry } from '../../bundle/BundleContent';
import { ProviderSpec } from '../../bundle/schemas/provider';
import { RunnerOptions } from '../../Engine';
import { goDurationMs } from '../../util/goDuration';
import { ChatProvider, ProviderError } from '../ChatProvider';
import { SecretReader } from '../SecretReader';
import { OpenAiProvider } from './OpenAiProvider';

const BASE_URLS: Record<string, string> = {
  openai: 'https://api.openai.com/v1',
  vllm: 'http://localhost:8000/v1',
  ollama: 'http://localhost:11434/v1',
};

/** Where the key is looked for when nothing names another place. */
const WELL_KNOWN_ENV: Record<string, readonly string[]> = {
  openai: ['OPENAI_API_KEY', 'OPENAI_TOKEN'],
};

/** Builds the client of an OpenAI-compatible provider. A missing key fails its calls, not the run. */
export async function createOpenAiProvider(
  candidate: ProviderEntry,
  content: BundleContent,
  options: RunnerOptions,
  secrets: SecretReader,
): Promise<ChatProvider> {
  const { spec, id } = candidate;
  let key: string | undefined;
  try {
    key = await findKey(candidate, content, secrets);
  } catch (error) {
    const message = `Provider "${id}": ${
      error instanceof Error ? error.message : String(error)
    }`;
    options.log?.(`warning: ${message}`);
    return {
      chat: () => Promise.reject(new ProviderError('bundle', message, false)),
      close: () => Promise.resolve(),
    };
  }
  return new OpenAiProvider({
    baseUrl: baseUrl(spec),
    model: spec.model ?? '',
    headers: {
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...spec.headers,
    },
    unsupportedParams: spec.unsupported_params ?? [],
    requestTimeoutMs: goDurationMs(spec.request_timeout) ?? 60_000,
    streamIdleTimeoutMs: goDurationMs(spec.stream_idle_timeout) ?? 30_000,
    maxConnections: spec.http_transport?.max_conns_per_host,
    idleConnectionMs:
      goDurationMs(spec.http_transport?.idle_conn_timeout) ?? 90_000,
    inputCostPer1k: spec.pricing?.input_cost_per_1k ?? 0,
    outputCostPer1k: spec.pricing?.output_cost_per_1k ?? 0,
    ...(spec.rate_limit?.rps
      ? {
          rateLimit: {
            rps: spec.rate_limit.rps,
            burst: spec.rate_limit.burst ?? 1,
          },
        }
      : {}),
  });
}

function baseUrl({ type, base_url: given }: ProviderSpec): string {
  if (!given) return BASE_URLS[type];
  // The addresses of these servers are usually written without the path of the compatible API.
  const isBare = /^https?:\/\/[^/]+\/?$/.test(given);
  return type !== 'openai' && isBare ? `${given.replace(/\/$/, '')}/v1` : given;
}

async function findKey(
  { spec, credentialSlot }: ProviderEntry,
  content: BundleContent,
  secrets: SecretReader,
): Promise<string | undefined> {
  if (credentialSlot) {
    const key = secrets.read(credentialSlot);
    if (!key) throw new Error(`the credential slot ${credentialSlot} is empty`);
    return key;
  }
  const {
    api_key: inline,
    credential_file: file,
    credential_env: env,
  } = spec.credential ?? {};
  if (inline) {
    secrets.remember(inline);
    return inline;
  }
  if (file) {
    const key = (await readCredentialFile(content.directory, file)).trim();
    secrets.remember(key);
    return key;
  }
  if (env) {
    const key = secrets.read(env);
    if (!key)
      throw new Error(
        `the environment variable ${env} (credential_env) is not set`,
      );
    return key;
  }
  for (const name of WELL_KNOWN_ENV[spec.type] ?? []) {
    const key = secrets.read(name);
    if (key) return key;
  }
  return undefined;
}

/** Only files of the bundle: with any other, a bundle could send the machine's files to an address of its choice. */
async function readCredentialFile(
  directory: string,
  file: string,
): Promise<string> {
  const real = await realpath(path.resolve(directory, file));
  const inside = path.relative(await realpath(directory), real);
  if (inside.startsWith('..') || path.isAbsolute(inside)) {
    throw new Error(`credential_file ${file} lies outside of the bundle`);
  }
  return readFile(real, 'utf8');
}
