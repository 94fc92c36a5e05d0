import { ProviderSpec } from '../../bundle/schemas/provider';

export interface DialectCase {
  name: string;
  /** How a bundle names the provider at a server. */
  spec: (origin: string) => ProviderSpec;
  /** Whether aimock has this API. */
  inAimock: boolean;
  /** Whether the vendor tells how much of the input was cached. Default true. */
  countsCached?: boolean;
  /** Whether aimock can be told what the vendor counts. Default true. */
  countsInAimock?: boolean;
}

const credential = { api_key: 'key-of-the-provider' };

/** Every wire dialect and platform. */
export const DIALECTS: DialectCase[] = [
  {
    name: 'OpenAI chat completions',
    spec: origin => ({
      type: 'openai',
      model: 'gpt-4o',
      base_url: `${origin}/v1`,
      credential,
    }),
    inAimock: true,
  },
  {
    name: 'OpenAI responses',
    spec: origin => ({
      type: 'openai',
      model: 'gpt-4o',
      base_url: `${origin}/v1`,
      credential,
      additional_config: { api: 'responses' },
    }),
    inAimock: true,
  },
  {
    name: 'Anthropic messages',
    spec: origin => ({
      type: 'claude',
      model: 'claude-sonnet-4-5',
      base_url: origin,
      credential,
    }),
    inAimock: true,
  },
  {
    name: 'Gemini',
    spec: origin => ({
      type: 'gemini',
      model: 'gemini-2.5-flash',
      base_url: origin,
      credential,
    }),
    inAimock: true,
  },
  {
    name: 'Ollama',
    spec: origin => ({ type: 'ollama', model: 'llama3', base_url: origin }),
    inAimock: true,
    countsCached: false,
    countsInAimock: false,
  },
  {
    name: 'vLLM',
    spec: origin => ({ type: 'vllm', model: 'qwen', base_url: origin }),
    inAimock: true,
  },
  {
    name: 'Azure OpenAI',
    spec: origin => ({
      type: 'openai',
      model: 'gpt-4o',
      platform: { type: 'azure', endpoint: origin },
      credential,
    }),
    inAimock: true,
  },
  {
    name: 'Claude on Bedrock',
    spec: origin => ({
      type: 'claude',
      model: 'anthropic.claude-sonnet-4-5-v1:0',
      platform: { type: 'bedrock', region: 'eu-central-1', endpoint: origin },
      credential: {
        api_key: JSON.stringify({
          accessKeyId: 'AKIDEXAMPLE',
          secretAccessKey: 'secret-of-the-access-key',
        }),
      },
    }),
    inAimock: true,
    countsInAimock: false,
  },
  {
    name: 'Gemini on Vertex',
    spec: origin => ({
      type: 'gemini',
      model: 'gemini-2.5-flash',
      platform: {
        type: 'vertex',
        region: 'europe-west4',
        project: 'arena',
        endpoint: origin,
      },
      credential,
    }),
    inAimock: true,
  },
  {
    name: 'Claude on Vertex',
    spec: origin => ({
      type: 'claude',
      model: 'claude-sonnet-4-5',
      platform: {
        type: 'vertex',
        region: 'europe-west4',
        project: 'arena',
        endpoint: origin,
      },
      credential,
    }),
    inAimock: false,
  },
];
