/** Provider types that the engine can call. */
export const PROVIDER_TYPES = ['mock', 'openai', 'vllm', 'ollama', 'agent'];
