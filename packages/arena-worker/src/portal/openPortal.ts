import {
  ArenaApi,
  ArenaClient,
  EMBEDDED_CLUSTER,
} from '@backstage-arena/plugin-arena-common';
import { EnvHttpProxyAgent, setGlobalDispatcher } from 'undici';
import { UsageError } from '../cli/errors';
import { PortalFlags } from '../cli/portalOptions';
import { fetchGuestToken, isExpiring } from './guestToken';
import { Login, readLogin, writeLogin } from './LoginFile';

/** A portal and what its user means by default. */
export interface Portal {
  api: ArenaApi;
  url: string;
  cluster: string;
  namespace: string;
}

/** Flags win over the environment, and that over the login file. A token never travels to another portal than it was given for. */
export async function openPortal(flags: PortalFlags): Promise<Portal> {
  const { env } = process;
  const login = await readLogin();
  const given = flags.url ?? env.ARENA_URL ?? login?.url;
  if (!given) {
    throw new UsageError(
      "The portal's address is missing: give --url or ARENA_URL, or run 'arena login URL'",
    );
  }
  const url = portalUrl(given);
  const remembered = login && login.url === url ? login : undefined;
  return {
    api: createApi(url, tokenSource(flags, remembered)),
    url,
    cluster:
      flags.cluster ??
      (env.ARENA_CLUSTER || undefined) ??
      remembered?.cluster ??
      EMBEDDED_CLUSTER,
    namespace:
      flags.namespace ??
      (env.ARENA_NAMESPACE || undefined) ??
      remembered?.namespace ??
      'default',
  };
}

/** @param token - asked before each request */
export function createApi(
  url: string,
  token: () => Promise<string | undefined>,
): ArenaApi {
  useProxies();
  return new ArenaClient({
    baseUrl: `${url}/api/arena`,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      const value = await token();
      if (value !== undefined) headers.set('authorization', `Bearer ${value}`);
      return fetch(input, { ...init, headers });
    },
  });
}

/** @throws UsageError */
export function portalUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(
      `'${value}' is not the address of a portal: give an http or https URL`,
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function tokenSource(
  flags: PortalFlags,
  login: Login | undefined,
): () => Promise<string | undefined> {
  const fixed = flags.token ?? (process.env.ARENA_TOKEN || undefined);
  if (fixed !== undefined) return async () => fixed;
  if (!login) return async () => undefined;
  let { token } = login;
  return async () => {
    if (login.guest && (token === undefined || isExpiring(token))) {
      token = await fetchGuestToken(login.url);
      await writeLogin({ ...login, token });
    }
    return token;
  };
}

/** Node's own fetch knows nothing of HTTPS_PROXY and NO_PROXY. */
function useProxies(): void {
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  if (names.some(name => process.env[name])) {
    setGlobalDispatcher(new EnvHttpProxyAgent());
  }
}
