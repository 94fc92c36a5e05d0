import { InputError } from '@backstage/errors';

/** Address of a repository. */
export interface GitUrl {
  protocol: 'http' | 'https' | 'ssh';
  /** Without the brackets of an IPv6 address. */
  host: string;
  /** As in the address; absent: the usual one. */
  port?: number;
  /** Of ssh. */
  user?: string;
  /** As git takes it. */
  href: string;
}

const DEFAULT_USER = 'git';
const PROTOCOLS = ['http', 'https', 'ssh'];

/**
 * Reads `https://host/path`, `ssh://user@host:port/path` and `user@host:path`.
 *
 * @throws InputError
 */
export function parseGitUrl(text: string): GitUrl {
  const scp = /^([A-Za-z0-9._-]+)@([A-Za-z0-9.-]+):([^\s]+)$/.exec(text);
  if (scp && !text.includes('://')) {
    const [, user, host, path] = scp;
    refuseDash(text, user, host, path);
    return { protocol: 'ssh', host, user, href: text };
  }
  if (!URL.canParse(text)) throw invalid(text, 'is no URL');
  const url = new URL(text);
  const protocol = url.protocol.slice(0, -1);
  if (!PROTOCOLS.includes(protocol)) {
    throw invalid(text, `must begin with http://, https:// or ssh://`);
  }
  if (url.password || (protocol !== 'ssh' && url.username)) {
    throw invalid(
      `${url.protocol}//***@${url.host}${url.pathname}`,
      'must have no credentials: put them into a Secret, and its name into spec.git.secretRef',
    );
  }
  if (!url.hostname) throw invalid(text, 'has no host');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(url.username) || DEFAULT_USER;
  refuseDash(text, user, host);
  const port = url.port === '' ? undefined : Number(url.port);
  return protocol === 'ssh'
    ? { protocol, host, port, user, href: sshHref(url, user) }
    : { protocol: protocol as 'http' | 'https', host, port, href: url.href };
}

function sshHref(url: URL, user: string): string {
  return `ssh://${encodeURIComponent(user)}@${url.host}${url.pathname}`;
}

/** What begins with a dash could be taken for an option of a program. */
function refuseDash(text: string, ...parts: string[]): void {
  if (parts.some(part => part.startsWith('-'))) {
    throw invalid(text, 'must not have a part that begins with "-"');
  }
}

function invalid(text: string, why: string): InputError {
  return new InputError(
    `spec.git.url: Invalid value: ${JSON.stringify(
      text.slice(0, 300),
    )}: ${why}`,
  );
}
