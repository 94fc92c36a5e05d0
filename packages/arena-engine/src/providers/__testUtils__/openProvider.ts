import { ProviderSpec } from '../../bundle/schemas/provider';
import { RunnerOptions } from '../../Engine';
import { ChatProvider, ChatRequest } from '../ChatProvider';
import { createHttpProvider } from '../http/createHttpProvider';
import { SecretReader } from '../SecretReader';

export function openProvider(
  spec: ProviderSpec,
  options: {
    runner?: Pick<RunnerOptions, 'rateShare' | 'log' | 'allow' | 'load'>;
    environment?: Record<string, string>;
    credentialSlot?: string;
    directory?: string;
  } = {},
): Promise<ChatProvider> {
  return createHttpProvider(
    {
      id: 'p',
      group: 'default',
      key: 'k',
      spec,
      credentialSlot: options.credentialSlot,
    },
    { directory: options.directory ?? '/nowhere' },
    options.runner ?? {},
    new SecretReader(name => options.environment?.[name]),
  );
}

export function chatRequest(values: Partial<ChatRequest> = {}): ChatRequest {
  return {
    conversationId: 'c',
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'Hi', turn: 0 }],
    tools: [],
    toolChoice: 'auto',
    sampling: { temperature: 0.5, maxTokens: 100, seed: 7 },
    stream: false,
    signal: new AbortController().signal,
    beforeCall: async () => {},
    ...values,
  };
}
