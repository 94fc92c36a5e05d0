import {
  CredentialSource,
  Provider,
} from '@backstage-arena/plugin-arena-common';

/** Result of looking for the credential of a provider. Reasons are those of the Provider's conditions. */
export type CredentialLookup =
  | { state: 'none'; reason: 'NoCredentialRequired' }
  | { state: 'found'; source: CredentialSource; reason: 'SecretFound' }
  | { state: 'missing'; reason: string; message: string };

/** Result of looking for a Secret by name. */
export type SecretLookup = Exclude<CredentialLookup, { state: 'none' }>;

/** Which Secret is looked for. */
export interface SecretQuery {
  namespace: string;
  ref: { name: string; key?: string };
  /** Keys that are tried, in order, when the reference names none. */
  keys: readonly string[];
  /**
   * Names of the server that the value goes to, where whoever writes a source chooses it: only Secrets are found that say that they are for
   * one of them. Without ports.
   */
  sentTo?: readonly string[];
}

/** Where a cluster keeps secrets. What is missing is an answer; rejects when the place itself cannot be read. */
export interface SecretReader {
  /** Finds the credential of a Provider object. */
  find(provider: Provider): Promise<CredentialLookup>;
  /** Finds a Secret by name; without a key in the reference, the first of `keys` that it has. */
  findSecret(query: SecretQuery): Promise<SecretLookup>;
  /** Values that were read lately, to be taken out of what is stored. The same list until there is another one. */
  known?(): readonly string[];
  /** The secret at an address, or undefined when it is gone or no longer allowed. */
  read(source: CredentialSource): Promise<string | undefined>;
}
