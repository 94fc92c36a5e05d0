import { createHmac } from 'node:crypto';

/**
 * Signature of a call: the HMAC-SHA256 of `<id>.<timestamp>.<body>` in hex, after `v1=`. The id and the time are signed as well, so that an
 * old call cannot be sent again as a new one.
 *
 * @param options.timestamp - seconds since 1970
 */
export function signWebhook(options: {
  secret: string;
  id: string;
  timestamp: number;
  body: string;
}): string {
  const { secret, id, timestamp, body } = options;
  const hmac = createHmac('sha256', secret);
  return `v1=${hmac.update(`${id}.${timestamp}.${body}`).digest('hex')}`;
}
