import { ArenaSourceSpec } from '@backstage-arena/plugin-arena-common';
import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { SourceSecret } from '../SourceSecret';
import { GitUrl } from './GitUrl';

/** How the backend shows who it is, and how the server does. */
export interface GitCredential {
  /** Value of the header `Authorization`. */
  authorization?: string;
  /** PEM of a CA beside those that the backend trusts. */
  ca?: string;
  /** Private key, without a passphrase. */
  identity?: string;
  knownHosts?: string;
}

/** Most servers take any user name beside a token; this is the one that GitHub asks for. */
const TOKEN_USER = 'x-access-token';

/** @throws SourceFetchError */
export async function readGitCredential(
  url: GitUrl,
  ref: NonNullable<ArenaSourceSpec['git']>['secretRef'],
  secret: SourceSecret | undefined,
): Promise<GitCredential> {
  if (url.protocol === 'ssh') return readSshCredential(secret);
  if (!secret) return {};
  const ca = await secret.find('ca.crt');
  const username = await secret.findSent('username');
  const password = await secret.findSent(ref?.key ?? 'password');
  if (password === undefined) {
    if (ref?.key) throw secret.lacks(ref.key);
    if (ca !== undefined && username === undefined) return { ca };
    throw new SourceFetchError(
      'SecretNotFound',
      `Secret ${secret.name} has no key password: for ${url.protocol} it needs username and password, or spec.git.secretRef.key names the key that holds a token`,
    );
  }
  return { ca, authorization: basic(username ?? TOKEN_USER, password) };
}

async function readSshCredential(
  secret: SourceSecret | undefined,
): Promise<GitCredential> {
  if (!secret) {
    throw new SourceFetchError(
      'SecretNotFound',
      'spec.git.secretRef: Required value: for ssh it names a Secret with the keys identity (a private key) and known_hosts',
    );
  }
  // The other name is that of Secrets of type kubernetes.io/ssh-auth.
  const identity =
    (await secret.find('identity')) ?? (await secret.find('ssh-privatekey'));
  if (identity === undefined) {
    throw secret.lacks(
      'identity',
      ' (or ssh-privatekey), the private key for ssh',
    );
  }
  const knownHosts = await secret.find('known_hosts');
  if (knownHosts === undefined) {
    throw secret.lacks(
      'known_hosts',
      ', the public key of the server as ssh-keyscan prints it: servers are not trusted unseen',
    );
  }
  return {
    identity: withNewline(identity),
    knownHosts: withNewline(knownHosts),
  };
}

/** Keys that were pasted often lost it, and ssh does not read them then. */
function withNewline(text: string): string {
  return `${text.replace(/\r\n/g, '\n').trimEnd()}\n`;
}

function basic(username: string, password: string): string {
  // Of a password in a file often the newline at the end is read as well.
  const text = `${username.trim()}:${password.trim()}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}
