import {
  AddressPolicy,
  AddressRefusedError,
} from '@backstage-arena/plugin-arena-common/network';
import { SourceFetchError } from '@backstage-arena/plugin-arena-node';
import { isIP } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';
import { GuardedHttp } from '../../web/GuardedHttp';
import { isBehindProxy } from '../../web/isBehindProxy';
import { describeHttpFailure } from '../describeHttpFailure';
import { GitCredential } from './GitCredential';
import { GitUrl, parseGitUrl } from './GitUrl';

/** A repository at a place that may be asked. */
export interface GitRemote {
  url: GitUrl;
  /** To which git must connect. Absent with a proxy, which makes the connection. */
  address?: string;
  /** Address of the proxy through which git must go; absent: it must use none. */
  proxy?: string;
}

const REFS = '/info/refs';
const SERVICE = '?service=git-upload-pack';

/**
 * Finds out where a repository really is, and whether it may be asked: names are resolved here, and git is told the address; redirects are
 * followed here, and git follows none.
 *
 * @throws SourceFetchError
 */
export async function openRemote(
  url: GitUrl,
  options: {
    credential: GitCredential;
    policy: AddressPolicy;
    signal: AbortSignal;
  },
): Promise<GitRemote> {
  const { policy } = options;
  try {
    if (url.protocol === 'ssh') {
      const literal = isIP(url.host) === 6 ? `[${url.host}]` : url.host;
      // Of the policies for HTTP, with a proxy or without, that without: ssh knows none.
      if (isIP(url.host)) policy.check(new URL(`http://${literal}/`));
      return { url, address: await resolve(url.host, policy) };
    }
    const found = await followRedirects(url, options);
    // Told to git: it reads the environment in ways of its own, and would resolve names itself where this says that a proxy does.
    const proxy = isBehindProxy(process.env) && getProxyForUrl(found.href);
    if (proxy) return { url: found, proxy };
    return { url: found, address: await resolve(found.host, policy) };
  } catch (error) {
    options.signal.throwIfAborted();
    throw describeHttpFailure(error, url.host);
  }
}

async function followRedirects(
  url: GitUrl,
  options: {
    credential: GitCredential;
    policy: AddressPolicy;
    signal: AbortSignal;
  },
): Promise<GitUrl> {
  const { credential, policy, signal } = options;
  const { authorization, ca } = credential;
  const http = new GuardedHttp({ policy, ca });
  try {
    const base = new URL(url.href);
    base.pathname = base.pathname.replace(/\/+$/, '');
    const answer = await http.request(`${base.href}${REFS}${SERVICE}`, {
      headers: { ...(authorization && { authorization }) },
      signal,
    });
    answer.body.on('error', () => undefined).destroy();
    checkStatus(answer.status, url, Boolean(authorization));
    const { pathname, origin } = answer.url;
    if (!pathname.endsWith(REFS)) {
      throw new SourceFetchError(
        'RepositoryNotFound',
        `${url.host} redirects to what is no repository (${answer.url.host}${pathname})`,
      );
    }
    if (authorization && origin !== base.origin) {
      throw new SourceFetchError(
        'AuthenticationFailed',
        `${url.host} redirects to ${answer.url.host}, where the credential is not sent: name that one in spec.git.url`,
      );
    }
    return parseGitUrl(origin + pathname.slice(0, -REFS.length));
  } finally {
    await http.close();
  }
}

function checkStatus(status: number, url: GitUrl, hasCredential: boolean) {
  if (status === 200) return;
  if (status === 401 || status === 403) {
    throw new SourceFetchError(
      'AuthenticationFailed',
      hasCredential
        ? `${url.host} refuses the credential of spec.git.secretRef (HTTP ${status})`
        : `${url.host} wants a credential: name a Secret in spec.git.secretRef (HTTP ${status}; some servers answer so when there is no such repository)`,
    );
  }
  if (status === 404 || status === 410) {
    throw new SourceFetchError(
      'RepositoryNotFound',
      `${url.host} has no such repository, or does not show it without another credential (HTTP ${status})`,
    );
  }
  throw new SourceFetchError(
    'Unreachable',
    `${url.host} answers with HTTP ${status}`,
  );
}

/** The address of a host, if it may be asked. */
async function resolve(host: string, policy: AddressPolicy): Promise<string> {
  if (isIP(host)) return host;
  return new Promise((done, fail) =>
    policy.lookup(host, { all: true }, (error, found) => {
      if (error) fail(error);
      else if (Array.isArray(found) && found.length > 0) done(found[0].address);
      else fail(new AddressRefusedError(`${host} has no address`));
    }),
  );
}
