import { ProviderError } from '../../providers/ChatProvider';
import { ConnectionSet } from '../../providers/http/ConnectionSet';
import { ClassifyRequest, ClassLabel } from '../Check';
import { asMap } from '../CheckParams';
import { JsonEndpoint } from '../external/JsonEndpoint';

const DEFAULT_BASE_URL = 'https://router.huggingface.co/hf-inference';
const DEFAULT_TIMEOUT_MS = 30_000;

export interface HuggingFaceClassifierOptions {
  /** Default: the public inference service. */
  baseUrl?: string;
  token?: string;
  /** Default 30 seconds. */
  timeoutMs?: number;
  connections: ConnectionSet;
}

/** Classifies with models that speak Hugging Face's inference protocol. Safe for many calls at a time. */
export class HuggingFaceClassifier {
  private readonly endpoints = new Map<string, JsonEndpoint>();

  constructor(private readonly options: HuggingFaceClassifierOptions) {}

  /** @throws ProviderError when the model gives no labels. */
  async classify(
    { model, content }: Pick<ClassifyRequest, 'model' | 'content'>,
    signal: AbortSignal,
  ): Promise<ClassLabel[]> {
    const { token, connections } = this.options;
    const answer = await this.endpoint(model).send({
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
      body: { inputs: content },
      signal,
      connections,
    });
    const labels = readLabels(answer);
    if (labels.length === 0) {
      throw new ProviderError(
        'provider',
        `The model ${model} gave no labels: ${answer.slice(0, 200)}`,
        false,
      );
    }
    return labels;
  }

  private endpoint(model: string): JsonEndpoint {
    const known = this.endpoints.get(model);
    if (known) return known;
    const { baseUrl = DEFAULT_BASE_URL, timeoutMs = DEFAULT_TIMEOUT_MS } =
      this.options;
    const name = model.split('/').map(encodeURIComponent).join('/');
    const endpoint = new JsonEndpoint(
      `${baseUrl.replace(/\/+$/, '')}/models/${name}`,
      { timeoutMs },
    );
    this.endpoints.set(model, endpoint);
    return endpoint;
  }
}

/** Labels stand in a list, or in a list of one list for each input. */
function readLabels(answer: string): ClassLabel[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    // No labels: the caller shows the answer.
    return [];
  }
  return [parsed].flat(2).flatMap(entry => {
    const { label, score } = asMap(entry) ?? {};
    return typeof label === 'string' && typeof score === 'number'
      ? [{ label, score }]
      : [];
  });
}
