import {
  SourceFetchError,
  SourceFetchReason,
} from '@backstage-arena/plugin-arena-node';

/** What a process of git may take. */
export interface GitLimits {
  /** Of one file that git writes: it would fill the disk with what a server sends. */
  maxFileBytes: number;
  /** Address space, where the system can limit it (Linux). */
  maxMemoryBytes: number;
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;

/** What git and ssh print in English -> reason, and our own words. The first that fits counts. */
const FAILURES: Array<
  [RegExp, SourceFetchReason, string | ((limits: GitLimits) => string)]
> = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|host key is known/i,
    'HostKeyUnknown',
    'the key of the server is not the one in known_hosts of the Secret, or is not there. Get it with ssh-keyscan, and compare it with what the server’s owner says',
  ],
  [
    /Load key .*: |error in libcrypto|invalid format/,
    'AuthenticationFailed',
    'identity of the Secret is not a private key that can be read without a passphrase',
  ],
  [
    /Permission denied|Authentication failed|could not read (Username|Password)|Access denied|returned error: 40[13]/i,
    'AuthenticationFailed',
    'the server refuses the credential, or needs one (spec.git.secretRef)',
  ],
  [
    /not our ref|unadvertised object|couldn't find remote ref/i,
    'RefNotFound',
    'the server does not have that commit, or not any more',
  ],
  [
    /Not a valid object name|path '.*' does not exist in '/i,
    'PathNotFound',
    'the repository has no such file or folder',
  ],
  [
    /repository .*not found|not appear to be a git repository|returned error: 404|no such repository|Repository not found|does not exist/i,
    'RepositoryNotFound',
    'there is no such repository, or the credential may not see it',
  ],
  [
    /certificate|server verification failed/i,
    'CertificateNotTrusted',
    'the certificate of the server is not accepted. A CA of your own goes into the key ca.crt of the Secret, or into NODE_EXTRA_CA_CERTS of the backend',
  ],
  [
    /mismatched algorithms/i,
    'RefNotFound',
    'the repository names its commits by another hash than spec.git.ref.commit: by SHA-1 they have 40 digits, by SHA-256 64',
  ],
  [
    /Out of memory|mmap failed|Cannot allocate memory/i,
    'TooLarge',
    ({ maxMemoryBytes }) =>
      `what has to be fetched takes more memory than git is given here (${mebibytes(
        maxMemoryBytes,
      )}, arena.git.memoryMiB): the repository has an object that is far too large for a bundle`,
  ],
  [
    /died of signal 25|File too large|signal 25/i,
    'TooLarge',
    ({ maxFileBytes }) =>
      `what has to be fetched is larger than the backend takes (${mebibytes(
        maxFileBytes,
      )})`,
  ],
  [
    /Could not resolve|Connection refused|timed out|Failed to connect|Couldn't connect|No route to host|Network is unreachable|proxy/i,
    'Unreachable',
    'the server cannot be reached',
  ],
  [
    /early EOF|unexpected disconnect|hung up|RPC failed|index-pack|invalid .*pack|Connection reset|closed by remote host|transfer closed|bad line length|unexpected flush|Empty reply|too slow|gnutls|SSL_/i,
    'Interrupted',
    'the connection broke before everything had come',
  ],
  [
    /unable to update url base|redirect/i,
    'Unreachable',
    'the server redirects to another one: name that one in spec.git.url',
  ],
];

/** Longest part of an unknown message of git that is shown. */
const MAX_TEXT = 300;

/**
 * Why git failed, from what it printed. What a server says (`remote: ...`) is not repeated.
 *
 * @param where - The server, for the message
 * @param limits - Of the process
 */
export function describeGitFailure(
  stderr: string,
  where: string,
  limits: GitLimits,
): SourceFetchError | Error {
  const lines = stderr
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line && !line.startsWith('remote:'));
  const printed = lines.join('\n');
  for (const [pattern, reason, words] of FAILURES) {
    if (pattern.test(printed)) {
      const text = typeof words === 'string' ? words : words(limits);
      return new SourceFetchError(reason, `${where}: ${text}`);
    }
  }
  const last =
    lines.filter(line => /^(fatal|error):/.test(line)).pop() ??
    lines.pop() ??
    'git failed without a word';
  return new Error(`${where}: ${last.slice(0, MAX_TEXT)}`);
}
