import path from 'node:path';
import { BundleError, RunnerOptions } from '../Engine';
import { BundleContent, ProviderEntry } from '../bundle/BundleContent';
import { configFolder } from '../bundle/configFolder';
import { createAgentProvider } from './agent/createAgentProvider';
import { ChatProvider } from './ChatProvider';
import { budgetOf } from './limits/budgetOf';
import { requirePrices } from './limits/requirePrices';
import { MockProvider } from './mock/MockProvider';
import { mockFile, MockScript } from './mock/MockScript';
import { createHttpProvider } from './http/createHttpProvider';
import { createReplayProvider } from './replay/createReplayProvider';
import { SecretReader } from './SecretReader';
import { withTidyErrors } from './tidyError';
import { resolveInside } from '../util/confinedFile';

/** Builds the client of one provider of a run. */
export async function createProvider(
  candidate: ProviderEntry,
  content: BundleContent,
  options: RunnerOptions,
  secrets: SecretReader,
): Promise<ChatProvider> {
  secrets.rememberFields(candidate.spec.headers);
  if (budgetOf(options)) {
    requirePrices(
      candidate,
      options.sampling?.maxTokens ?? content.arena.defaults.max_tokens,
    );
  }
  return withTidyErrors(
    await createClient(candidate, content, options, secrets),
    secrets,
  );
}

async function createClient(
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
    budget: budgetOf(options),
  });
}

async function readScript(
  { id, spec, file: providerFile }: ProviderEntry,
  content: BundleContent,
  options: RunnerOptions,
): Promise<MockScript> {
  const file = mockFile(
    configFolder(content),
    spec.additional_config?.mock_config,
  );
  if (file === undefined) return MockScript.EMPTY;
  // The command line may name any file, and so may a bundle on one's own machine; any other only its own.
  const fromCommandLine = options.mockProvider?.configFile !== undefined;
  try {
    return await MockScript.read(
      fromCommandLine || options.localFiles
        ? file
        : await resolveInside(
            content.directory,
            path.relative(content.directory, file),
          ),
    );
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
