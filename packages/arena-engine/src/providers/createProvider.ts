import path from 'node:path';
import { BundleError, RunnerOptions } from '../Engine';
import { BundleContent, ProviderEntry } from '../bundle/BundleContent';
import { createAgentProvider } from './agent/createAgentProvider';
import { ChatProvider } from './ChatProvider';
import { MockProvider } from './mock/MockProvider';
import { mockFile, MockScript } from './mock/MockScript';
import { createHttpProvider } from './http/createHttpProvider';
import { createReplayProvider } from './replay/createReplayProvider';
import { SecretReader } from './SecretReader';

/** Builds the client of one provider of a run. */
export async function createProvider(
  candidate: ProviderEntry,
  content: BundleContent,
  options: RunnerOptions,
  secrets: SecretReader,
): Promise<ChatProvider> {
  const { spec } = candidate;
  if (spec.type === 'agent') return createAgentProvider(candidate, secrets);
  if (spec.type === 'replay') {
    return createReplayProvider(candidate, content, {
      mayLeaveBundle: options.localFiles ?? false,
    });
  }
  if (spec.type !== 'mock') {
    return createHttpProvider(candidate, content, options, secrets);
  }
  const latency = spec.additional_config?.latency_ms;
  return new MockProvider({
    id: candidate.id,
    model: spec.model ?? '',
    script: await readScript(candidate, content, options),
    ...(typeof latency === 'number' ? { latencyMs: latency } : {}),
  });
}

async function readScript(
  { id, spec, file: providerFile }: ProviderEntry,
  content: BundleContent,
  options: RunnerOptions,
): Promise<MockScript> {
  const base = path.join(
    content.directory,
    path.dirname(content.arenaFile),
    content.arena.defaults.config_dir ?? '.',
  );
  const file = mockFile(base, spec.additional_config?.mock_config);
  if (file === undefined) return MockScript.EMPTY;
  const inside = path.relative(content.directory, file);
  // The command line may name any file, a bundle only its own.
  const isOwn = !inside.startsWith('..') && !path.isAbsolute(inside);
  const fromCommandLine = options.mockProvider?.configFile !== undefined;
  try {
    if (!isOwn && !fromCommandLine) {
      throw new Error('the file lies outside of the bundle');
    }
    return await MockScript.read(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `mock_config of provider "${id}" cannot be read: ${reason}`;
    if (options.compat && !fromCommandLine) {
      options.log?.(`warning: ${message}`);
      return MockScript.EMPTY;
    }
    throw new BundleError(message, [
      { severity: 'error', file: providerFile ?? content.arenaFile, message },
    ]);
  }
}
