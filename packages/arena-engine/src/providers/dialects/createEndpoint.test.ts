import { ProviderSpec } from '../../bundle/schemas/provider';
import { chatRequest } from '../__testUtils__/openProvider';
import { targetOf } from '../platforms/targetOf';
import { createEndpoint } from './createEndpoint';

async function urlOf(spec: ProviderSpec, stream = false): Promise<string> {
  const { baseUrl, dialect } = await createEndpoint(spec, targetOf(spec));
  return baseUrl + dialect.encode(chatRequest({ stream })).path;
}

const model = 'm:1';

describe('createEndpoint', () => {
  it.each<[ProviderSpec, string]>([
    [{ type: 'openai' }, 'https://api.openai.com/v1/chat/completions'],
    [
      { type: 'openai', additional_config: { api: 'responses' } },
      'https://api.openai.com/v1/responses',
    ],
    [
      { type: 'openai', base_url: 'http://here/api' },
      'http://here/api/chat/completions',
    ],
    [{ type: 'vllm' }, 'http://localhost:8000/v1/chat/completions'],
    [
      { type: 'vllm', base_url: 'http://here:1/' },
      'http://here:1/v1/chat/completions',
    ],
    [{ type: 'claude' }, 'https://api.anthropic.com/v1/messages'],
    [
      { type: 'claude', base_url: 'http://here/gate' },
      'http://here/gate/messages',
    ],
    [
      { type: 'gemini', model },
      'https://generativelanguage.googleapis.com/v1beta/models/m%3A1:generateContent',
    ],
    [{ type: 'ollama' }, 'http://localhost:11434/api/chat'],
    [
      { type: 'ollama', base_url: 'http://here:1/v1' },
      'http://here:1/v1/chat/completions',
    ],
    [
      {
        type: 'openai',
        model,
        platform: { type: 'azure', endpoint: 'https://a' },
      },
      'https://a/openai/deployments/m%3A1/chat/completions?api-version=2024-10-21',
    ],
    [
      {
        type: 'openai',
        platform: { type: 'azure', endpoint: 'https://a/' },
        additional_config: { deployment: 'd', api: 'responses' },
      },
      'https://a/openai/v1/responses',
    ],
    [
      { type: 'claude', platform: { type: 'azure', endpoint: 'https://a' } },
      'https://a/anthropic/v1/messages',
    ],
    [
      { type: 'openai', platform: { type: 'bedrock', region: 'eu-1' } },
      'https://bedrock-runtime.eu-1.amazonaws.com/openai/v1/chat/completions',
    ],
    [
      {
        type: 'gemini',
        model: 'g',
        platform: { type: 'vertex', project: 'p', region: 'eu-1' },
      },
      'https://eu-1-aiplatform.googleapis.com/v1/projects/p/locations/eu-1/publishers/google/models/g:generateContent',
    ],
    [
      {
        type: 'claude',
        model: 'c@2',
        platform: { type: 'vertex', project: 'p' },
      },
      'https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/anthropic/models/c%402:rawPredict',
    ],
  ])('calls %j at %s', async (spec, url) => {
    expect(await urlOf(spec)).toBe(url);
  });

  it('calls another method for streams where there is one', async () => {
    expect(await urlOf({ type: 'gemini', model: 'g' }, true)).toMatch(
      /models\/g:streamGenerateContent\?alt=sse$/,
    );
  });

  it.each<[ProviderSpec, string]>([
    [
      { type: 'openai', additional_config: { api: 'new' } },
      'additional_config.api is "new": allowed are chat and responses',
    ],
    [
      { type: 'openai', platform: { type: 'azure' } },
      'platform.endpoint is missing',
    ],
    [
      { type: 'gemini', platform: { type: 'vertex' } },
      'platform.project is missing',
    ],
  ])('says what %j lacks', async (spec, message) => {
    await expect(urlOf(spec)).rejects.toThrow(message);
  });
});
