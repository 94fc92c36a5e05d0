import {
  WorkerCredential,
  WorkerPoolSpec,
} from '@backstage-arena/plugin-arena-node';
import { SecretManifest } from './manifests';
import { objectMetadata } from './objectMetadata';

/** Key of the run token. */
export const TOKEN_KEY = 'token';
/** Key of the certificate of the authority that workers trust besides the usual ones. */
export const CA_KEY = 'ca.crt';

/** The Secret that pods can refer to themselves: it is in their namespace and holds the value as it is. */
export function ownSecret(
  { secret }: WorkerCredential,
  namespace: string,
): { name: string; key: string } | undefined {
  return secret?.namespace === namespace
    ? { name: secret.name, key: secret.key }
    : undefined;
}

/** What is copied to the Secret of a run, besides its token. */
export async function copiedValues(
  spec: WorkerPoolSpec,
  caData: string | undefined,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  if (caData) values[CA_KEY] = caData;
  const credentials = { ...spec.credentials, ...spec.outputCredentials };
  for (const [slot, credential] of Object.entries(credentials)) {
    if (ownSecret(credential, spec.namespace)) continue;
    const value = await credential.value();
    if (value !== undefined) values[slot] = value;
  }
  return values;
}

/** The Secret of a run: its token, and what pods cannot refer to. */
export function runSecret(
  spec: WorkerPoolSpec,
  values: Record<string, string>,
): SecretManifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: objectMetadata(spec, 'work'),
    type: 'Opaque',
    data: encode(values),
  };
}

/** Values as a Secret has them. */
export function encode(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]),
  );
}

/** The other way round. */
export function decode(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}
