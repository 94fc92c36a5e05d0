import { HeaderCredential } from '@backstage-arena/plugin-arena-common';
import { SecretLookup, SecretReader } from './SecretReader';

/** How a server wants its clients to sign in, with the Secret that they sign in with. */
export interface SignIn {
  scheme: HeaderCredential['scheme'];
  ref: { name: string; key?: string };
}

/** Keys of a Secret with a token that are tried, in order, when the reference names none. */
export const TOKEN_KEYS = ['token', 'access-token', 'api-key', 'value'];

type HeaderLookup =
  | { state: 'found'; credential: HeaderCredential }
  | Extract<SecretLookup, { state: 'missing' }>;

/**
 * Finds what the header is made of. For `basic` the Secret has the keys `username` and `password`, unless the reference names a key that
 * holds `user:password`.
 */
export async function findHeaderCredential(
  secrets: SecretReader,
  namespace: string,
  { scheme, ref }: SignIn,
): Promise<HeaderLookup> {
  const isPair = scheme === 'basic' && !ref.key;
  const keys = isPair ? ['password'] : TOKEN_KEYS;
  const secret = await secrets.findSecret({ namespace, ref, keys });
  if (secret.state === 'missing') return secret;
  const { source } = secret;
  if (!isPair) return { state: 'found', credential: { scheme, source } };
  const user = await secrets.findSecret({ namespace, ref, keys: ['username'] });
  if (user.state === 'missing') return user;
  return {
    state: 'found',
    credential: { scheme, source, username: user.source },
  };
}

/** The value of the header, or undefined when what it is made of is gone. */
export async function readHeaderValue(
  secrets: SecretReader,
  { scheme, source, username }: HeaderCredential,
): Promise<string | undefined> {
  const secret = await secrets.read(source);
  if (secret === undefined) return undefined;
  if (scheme === 'bearer') return `Bearer ${secret}`;
  const user = username && (await secrets.read(username));
  if (username && user === undefined) return undefined;
  const pair = user === undefined ? secret : `${user}:${secret}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
