import { X509Certificate } from 'node:crypto';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Time to see it and to renew. */
const NOTICE_DAYS = 14;

/**
 * Says that a certificate ends in less than 14 days, or has ended; undefined when it does not. The words change once a day.
 *
 * @param pem - the certificate; of a chain the first one
 */
export function expiryNotice(pem: string, now: Date): string | undefined {
  const end = new X509Certificate(pem).validToDate;
  const leftMs = end.getTime() - now.getTime();
  if (leftMs >= NOTICE_DAYS * DAY_MS) return undefined;
  const date = end.toISOString().slice(0, 10);
  return leftMs < 0
    ? `ended on ${date}`
    : `ends on ${date}, in ${Math.floor(leftMs / DAY_MS)} days`;
}
