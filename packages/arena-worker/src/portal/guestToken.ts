import { CliError } from '../cli/errors';

/** How long before its end a token is no longer used. */
const MARGIN_MS = 60_000;

/**
 * Signs in at a portal that lets guests in: its guest provider gives a user token to whoever asks.
 *
 * @see {@link https://backstage.io/docs/auth/guest/provider}
 */
export async function fetchGuestToken(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/guest/refresh`, {
    method: 'POST',
    headers: { 'x-requested-with': 'XMLHttpRequest' },
  });
  const body = await response.json().catch(() => undefined);
  const token = body?.backstageIdentity?.token;
  if (response.ok && typeof token === 'string') return token;
  const reason = body?.error?.message ?? `status ${response.status}`;
  throw new CliError(`The portal does not let guests in: ${reason}`, {
    details: ['Sign in with a token instead: arena login URL --token TOKEN'],
  });
}

/** Whether a user token (a JWT) is over, or nearly so. Other tokens do not tell. */
export function isExpiring(token: string, now: number = Date.now()): boolean {
  const payload = token.split('.')[1];
  if (!payload) return false;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof exp === 'number' && exp * 1000 - now < MARGIN_MS;
  } catch {
    return false;
  }
}
