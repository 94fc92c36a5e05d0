/** Provider types that the engine can call. The last three are platforms that older objects name in place of a type. */
export const PROVIDER_TYPES = [
  'mock',
  'replay',
  'agent',
  'openai',
  'claude',
  'anthropic',
  'gemini',
  'ollama',
  'vllm',
  'bedrock',
  'vertex',
  'azure-ai',
];
