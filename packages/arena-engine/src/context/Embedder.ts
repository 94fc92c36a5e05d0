import { BundleContent, ProviderEntry } from '../bundle/BundleContent';
import { RelevancePolicy } from '../bundle/schemas/scenario';
import { asMap } from '../checks/CheckParams';
import { ProviderError } from '../providers/ChatProvider';
import { findCredential } from '../providers/credentials/findCredential';
import { statusError } from '../providers/http/httpErrors';
import { parseJson } from '../providers/http/parseJson';
import { CallBudget } from '../providers/limits/CallBudget';
import { CallLimiter } from '../providers/limits/CallLimiter';
import { limitedCall } from '../providers/limits/limitedCall';
import { createLimiter, createRetries } from '../providers/limits/limitsOf';
import { isUnpaid, reserve } from '../providers/limits/reserve';
import { RetryPolicy } from '../providers/limits/RetryPolicy';
import { SecretReader } from '../providers/SecretReader';
import { tidyError } from '../providers/tidyError';
import { byteLength } from '../text/goText';
import { HttpClient, HttpResponse } from '../tools/http/HttpClient';

type Vendor = RelevancePolicy['provider'];

interface VendorApi {
  baseUrl: string;
  model: string;
  keys: readonly string[];
  path: (model: string) => string;
  headers: (key: string) => Record<string, string>;
  body: (texts: readonly string[], model: string) => unknown;
  /** @returns Undefined when the answer is none of this vendor. */
  vectors: (answer: Record<string, unknown>) => unknown[] | undefined;
}

const BEARER = (key: string) => ({ authorization: `Bearer ${key}` });

const OPENAI_LIKE: Pick<VendorApi, 'path' | 'headers' | 'body' | 'vectors'> = {
  path: () => 'embeddings',
  headers: BEARER,
  body: (texts, model) => ({ model, input: texts }),
  vectors: ({ data }) =>
    Array.isArray(data)
      ? [...data]
          .sort((a, b) => Number(asMap(a)?.index) - Number(asMap(b)?.index))
          .map(entry => asMap(entry)?.embedding)
      : undefined,
};

const VENDORS: Record<Vendor, VendorApi> = {
  openai: {
    ...OPENAI_LIKE,
    baseUrl: 'https://api.openai.com/v1',
    model: 'text-embedding-3-small',
    keys: ['OPENAI_API_KEY', 'OPENAI_TOKEN'],
  },
  voyageai: {
    ...OPENAI_LIKE,
    baseUrl: 'https://api.voyageai.com/v1',
    model: 'voyage-3.5-lite',
    keys: ['VOYAGE_API_KEY', 'VOYAGEAI_API_KEY'],
  },
  gemini: {
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    model: 'gemini-embedding-001',
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    path: model => `models/${model}:batchEmbedContents`,
    headers: key => ({ 'x-goog-api-key': key }),
    body: (texts, model) => ({
      requests: texts.map(text => ({
        model: `models/${model}`,
        content: { parts: [{ text }] },
      })),
    }),
    vectors: ({ embeddings }) =>
      Array.isArray(embeddings)
        ? embeddings.map(entry => asMap(entry)?.values)
        : undefined,
  },
};

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

export interface Embeddings {
  /** One for each text, in their order. */
  vectors: number[][];
  inputTokens: number;
  /** US dollars. */
  cost: number;
}

export interface EmbedderOptions {
  content: Pick<BundleContent, 'directory' | 'providers'>;
  secrets: SecretReader;
  http: HttpClient;
  /** Of the vendor's rate that is for this process, 0 to 1; default: 1. */
  rateShare?: number;
  /** Asked before each call. */
  budget?: CallBudget;
}

/** Types of providers that embeddings are had of. */
export const EMBEDDING_VENDORS = Object.keys(VENDORS) as readonly Vendor[];

export function isEmbeddingVendor(type: string): type is Vendor {
  return Object.hasOwn(VENDORS, type);
}

/** Which model, and whose. */
export interface EmbeddingModel
  extends Pick<RelevancePolicy, 'provider' | 'model'> {
  /** The provider itself. Absent: the bundle's first of that type, or none. */
  entry?: ProviderEntry;
}

/** Turns texts into vectors: near ones mean similar things. */
export class Embedder {
  private readonly api: VendorApi;
  /** Whose address, key and prices are used, when the bundle has such a provider. */
  private readonly entry?: ProviderEntry;
  private readonly limiter: CallLimiter;
  private readonly policy: RetryPolicy;

  constructor(
    private readonly relevance: EmbeddingModel,
    private readonly options: EmbedderOptions,
  ) {
    this.api = VENDORS[relevance.provider];
    const own = options.content.providers.filter(
      ({ spec }) => spec.type === relevance.provider,
    );
    this.entry =
      relevance.entry ??
      own.find(({ spec }) => spec.role === 'embedding') ??
      own[0];
    const spec = this.entry?.spec ?? {};
    options.secrets.rememberFields(this.entry?.spec.headers);
    this.limiter = createLimiter(spec, options.rateShare ?? 1);
    this.policy = createRetries({}).plain;
  }

  /** No call may be made any more. */
  close(): void {
    this.limiter.close();
  }

  /** @throws ProviderError when there is no key or no answer. */
  async embed(
    texts: readonly string[],
    call: { signal: AbortSignal; beforeCall: () => Promise<void> },
  ): Promise<Embeddings> {
    const { api, entry } = this;
    const model =
      this.relevance.model ??
      (entry?.spec.role === 'embedding' ? entry.spec.model : undefined) ??
      api.model;
    const base = (entry?.spec.base_url ?? api.baseUrl).replace(/\/$/, '');
    const request = {
      url: new URL(`${base}/${api.path(model)}`),
      method: 'POST',
      headers: new Headers({
        'content-type': 'application/json',
        ...api.headers(await this.key()),
        ...entry?.spec.headers,
      }),
      body: JSON.stringify(api.body(texts, model)),
    };
    const answer = await limitedCall({
      ...call,
      limiter: this.limiter,
      policy: this.policy,
      stream: false,
      attempt: () => this.paid(request, call.signal),
    });
    const found = api.vectors(answer);
    const vectors = (found ?? []).filter(isVector);
    if (vectors.length !== texts.length) {
      throw this.failure(
        'provider',
        `${vectors.length} vectors for ${texts.length} texts`,
        false,
      );
    }
    const inputTokens = tokensOf(answer) ?? 0;
    return { vectors, inputTokens, cost: this.costOf(inputTokens) };
  }

  /** Makes a call for which there is money. */
  private async paid(
    request: Parameters<HttpClient['send']>[0] & { body: string },
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const { budget } = this.options;
    if (!budget) return this.send(request, signal);
    // No token is shorter than a byte.
    const most = this.costOf(byteLength(request.body));
    await reserve(budget, most, signal);
    let cost = most;
    try {
      const answer = await this.send(request, signal);
      cost = this.costOf(tokensOf(answer) ?? byteLength(request.body));
      return answer;
    } catch (error) {
      if (isUnpaid(error)) cost = 0;
      throw error;
    } finally {
      budget.settle(most, cost);
    }
  }

  private costOf(tokens: number): number {
    return (
      (tokens / 1_000) * (this.entry?.spec.pricing?.input_cost_per_1k ?? 0)
    );
  }

  private async send(
    request: Parameters<HttpClient['send']>[0],
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    let response: HttpResponse;
    try {
      response = await this.options.http.send(request, {
        signal: AbortSignal.any([signal, limit]),
        maxBytes: () => MAX_ANSWER_BYTES,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw limit.aborted
        ? this.failure('timeout', `no answer within ${TIMEOUT_MS} ms`, true)
        : this.failure('connection', String(error), true);
    }
    const { status } = response;
    const body = response.body.toString('utf8');
    if (status < 200 || status > 299) {
      const { errorClass, message, retryable, retryAfterMs } = statusError(
        status,
        response.headers,
        body,
      );
      throw tidyError(
        this.failure(errorClass, message, retryable, retryAfterMs),
        this.options.secrets,
      );
    }
    const answer = asMap(parseJson(body));
    if (!answer) throw this.failure('provider', 'the answer is no JSON', true);
    return answer;
  }

  private failure(
    errorClass: ProviderError['errorClass'],
    message: string,
    retryable: boolean,
    retryAfterMs?: number,
  ): ProviderError {
    return new ProviderError(
      errorClass,
      `Embeddings of ${this.relevance.provider}: ${message}`,
      retryable,
      retryAfterMs,
    );
  }

  private async key(): Promise<string> {
    const { content, secrets } = this.options;
    const { api, entry } = this;
    const { credential } = entry?.spec ?? {};
    const isNamed =
      entry?.credentialSlot !== undefined ||
      Object.values(credential ?? {}).some(Boolean);
    // Only what the provider names itself: the well-known names of a dialect are not those of every vendor.
    if (entry && isNamed) {
      try {
        const own = await findCredential(
          entry,
          { dialect: 'openai' },
          content.directory,
          secrets,
        );
        if (own) return own;
      } catch (error) {
        throw this.failure('auth', String(error), false);
      }
    }
    for (const name of api.keys) {
      const key = secrets.variable(name);
      if (key) return key;
    }
    throw this.failure(
      'auth',
      `there is no key: give the provider a credential, or set ${api.keys.join(
        ' or ',
      )}`,
      false,
    );
  }
}

/** What the vendor counted, if it says so. */
function tokensOf(answer: Record<string, unknown>): number | undefined {
  return Number(asMap(answer.usage)?.total_tokens) || undefined;
}

function isVector(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(entry => typeof entry === 'number')
  );
}
