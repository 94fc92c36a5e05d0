import { AuthenticationError } from '@backstage/errors';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers by which a sender shows that it knows the secret. */
export interface SignatureHeaders {
  /** `sha256=<hexadecimal HMAC of the body>`: of GitHub, Gitea and everyone else. */
  signature?: string;
  /** The secret itself, as GitLab sends it. */
  token?: string;
}

/** @throws AuthenticationError unless the sender of a body knows the secret */
export function verifySignature(
  body: Buffer,
  headers: SignatureHeaders,
  secret: string,
): void {
  const expected = createHmac('sha256', secret).update(body).digest('hex');
  const isKnown =
    headers.signature !== undefined
      ? isEqual(headers.signature, `sha256=${expected}`)
      : headers.token !== undefined && isEqual(headers.token, secret);
  if (!isKnown) {
    throw new AuthenticationError(
      'The request is not signed with arena.sourceWebhook.secret: the header X-Hub-Signature-256 must be sha256=<HMAC-SHA256 of the body>, or X-Gitlab-Token the secret',
    );
  }
}

function isEqual(found: string, expected: string): boolean {
  const [a, b] = [Buffer.from(found), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
