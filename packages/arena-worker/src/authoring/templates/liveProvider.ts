import { LIVE_PROVIDERS } from '../../commands/init';
import { manifest } from './Template';

type LiveProvider = (typeof LIVE_PROVIDERS)[number];

const MODELS: Record<LiveProvider, string> = {
  openai: 'gpt-4o-mini',
  claude: 'claude-3-5-haiku-latest',
  gemini: 'gemini-2.0-flash',
  ollama: 'llama3.2',
  vllm: 'meta-llama/Llama-3.1-8B-Instruct',
};

const NEEDS: Record<LiveProvider, string> = {
  openai: 'a key in the environment variable `OPENAI_API_KEY`',
  claude: 'a key in the environment variable `ANTHROPIC_API_KEY`',
  gemini: 'a key in the environment variable `GEMINI_API_KEY`',
  ollama: 'Ollama on this machine (`ollama pull llama3.2`)',
  vllm: 'a vLLM server on this machine, on port 8000',
};

/** What a real model needs to be called. */
export function needsOf(type: LiveProvider): string {
  return NEEDS[type];
}

export function liveProvider(type: LiveProvider, name: string): string {
  return manifest(
    'Provider',
    name,
    `
type: ${type}
model: ${MODELS[type]}
capabilities: [text, streaming, tools, json]
defaults:
  temperature: 0
  max_tokens: 500
`,
  );
}
