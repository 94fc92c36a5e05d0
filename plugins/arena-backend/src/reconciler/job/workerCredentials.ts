import {
  CredentialSource,
  RunPins,
} from '@backstage-arena/plugin-arena-common';
import { WorkerCredential } from '@backstage-arena/plugin-arena-node';
import { readHeaderValue } from '../../planning/headerCredentials';
import { SecretReader } from '../../planning/SecretReader';

/** The secrets of a run, each in its slot, to be read when they are needed. */
export function workerCredentials(
  { providers, tools, output }: Pick<RunPins, 'providers' | 'tools' | 'output'>,
  secrets: SecretReader,
  /** Whether the reports are among the work, so that the secrets of the output are needed as well. */
  options: { reports: boolean },
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
  if (options.reports && output?.type === 's3') {
    const { credentialSlots, credentialSources } = output;
    for (const [key, slot] of Object.entries(credentialSlots ?? {})) {
      const source = credentialSources?.[key];
      if (!source) continue;
      credentials[slot] = {
        secret: secretOf(source),
        value: () => secrets.read(source),
      };
    }
  }
  return credentials;
}

function secretOf(source: CredentialSource): WorkerCredential['secret'] {
  if ('environment' in source) return undefined;
  const { namespace, secret, key } = source;
  return { namespace, name: secret, key };
}
