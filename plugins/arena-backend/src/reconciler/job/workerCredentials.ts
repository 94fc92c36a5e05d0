import {
  CredentialSource,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import { WorkerCredential } from '@backstage-arena/plugin-arena-node';
import { readHeaderValue } from '../../planning/headerCredentials';
import { SecretReader } from '../../planning/SecretReader';

/** The secrets of a run's providers and tools, each in its slot, to be read when they are needed. */
export function workerCredentials(
  { providers, tools }: Pick<RunPins, 'providers' | 'tools'>,
  secrets: SecretReader,
): Record<string, WorkerCredential> {
  const credentials: Record<string, WorkerCredential> = {};
  for (const { credentialSlot, credentialSource } of providers ?? []) {
    if (!credentialSlot || !credentialSource) continue;
    credentials[credentialSlot] = {
      secret: secretOf(credentialSource),
      value: () => secrets.read(credentialSource),
    };
  }
  for (const { credentialSlots, credentialSources } of tools ?? []) {
    for (const [header, slot] of Object.entries(credentialSlots ?? {})) {
      const source = credentialSources?.[header];
      if (!source) continue;
      // The value of a header is more than what a Secret holds, such as a scheme before it.
      credentials[slot] = { value: () => readHeaderValue(secrets, source) };
    }
  }
  return credentials;
}

/** The secrets that writing to the run's output takes. They are kept from the bundle where another worker writes the reports. */
export function outputCredentials(
  { output }: Pick<RunPins, 'output'>,
  secrets: SecretReader,
): Record<string, WorkerCredential> {
  if (output?.type !== 's3') return {};
  const credentials: Record<string, WorkerCredential> = {};
  for (const [key, slot] of Object.entries(output.credentialSlots ?? {})) {
    const source = output.credentialSources?.[key];
    if (!source) continue;
    credentials[slot] = {
      secret: secretOf(source),
      value: () => secrets.read(source),
    };
  }
  return credentials;
}

function secretOf(source: CredentialSource): WorkerCredential['secret'] {
  if ('environment' in source) return undefined;
  const { namespace, secret, key } = source;
  return { namespace, name: secret, key };
}
