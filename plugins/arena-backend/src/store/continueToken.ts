import { ObjectKey } from '@backstage-arena/plugin-arena-common';
import { InputError } from '@backstage/errors';
import { createHash } from 'node:crypto';
import { z } from 'zod/v4';

/** Where a list goes on, and at which version. */
export interface Continuation {
  version: string;
  after: ObjectKey;
}

const tokenSchema = z.object({
  v: z.string().max(8192),
  ns: z.string().max(253),
  n: z.string().max(253),
  q: z.string(),
});

/** A token goes on with the list that it came from, not with another one. */
function fingerprint(query: readonly (string | undefined)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(query.map(part => part ?? null)))
    .digest('base64url')
    .slice(0, 12);
}

export function writeContinueToken(
  continuation: Continuation,
  query: readonly (string | undefined)[],
): string {
  return Buffer.from(
    JSON.stringify({
      v: continuation.version,
      ns: continuation.after.namespace,
      n: continuation.after.name,
      q: fingerprint(query),
    }),
  ).toString('base64url');
}

/** @throws InputError */
export function readContinueToken(
  token: string,
  query: readonly (string | undefined)[],
): Continuation {
  const fail = (reason: string) =>
    new InputError(`continue: Invalid value: "${token}": ${reason}`);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw fail('not a token that this server gave out');
  }
  const parsed = tokenSchema.safeParse(json);
  if (!parsed.success || `${parsed.data.ns}${parsed.data.n}`.includes('\0')) {
    throw fail('not a token that this server gave out');
  }
  if (parsed.data.q !== fingerprint(query)) {
    throw fail('it belongs to a list with another kind, namespace or selector');
  }
  return {
    version: parsed.data.v,
    after: { namespace: parsed.data.ns, name: parsed.data.n },
  };
}
