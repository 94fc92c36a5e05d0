import { z } from 'zod/v4';

/** A verb and what it is used on: `patch arenajobs.omnia.altairalabs.ai/status`. */
export type RightName = string;

/** What an account did in a cluster, and what it tried to do. */
export interface AuditedRights {
  /** Requests that were let through. */
  used: Set<RightName>;
  /** Requests that were refused for want of a right. */
  denied: Set<RightName>;
}

const DECISION = 'authorization.k8s.io/decision';

const auditEventSchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      apiGroup: z.string().optional(),
      resource: z.string(),
      subresource: z.string().optional(),
    })
    .optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** What everyone who is signed in may ask without a role: what they themselves may do, and who they are. */
const OF_EVERYONE = /^create selfsubject[a-z]+\./;

/** The name of a right, the same for a list of rights and for an audit log. */
export function rightName(
  verb: string,
  group: string,
  resource: string,
): RightName {
  const [plural, subresource] = resource.split('/');
  return `${verb} ${plural}${group ? `.${group}` : ''}${
    subresource ? `/${subresource}` : ''
  }`;
}

/**
 * Reads the audit log of an API server, one JSON event a line. The policy must log at least metadata.
 *
 * @param username - For example `system:serviceaccount:arena:arena-portal`
 * @throws Error when a line is no audit event
 */
export async function readAuditedRights(
  lines: AsyncIterable<string> | Iterable<string>,
  username: string,
): Promise<AuditedRights> {
  const audited: AuditedRights = { used: new Set(), denied: new Set() };
  for await (const line of lines) {
    // Most lines are of others: those need no parsing.
    if (!line.includes(username)) {
      continue;
    }
    const { verb, user, objectRef, annotations } = auditEventSchema.parse(
      JSON.parse(line),
    );
    if (user.username !== username || !objectRef) {
      continue;
    }
    const { apiGroup = '', resource, subresource } = objectRef;
    const path = subresource ? `${resource}/${subresource}` : resource;
    const name = rightName(verb, apiGroup, path);
    if (annotations?.[DECISION] === 'forbid') {
      audited.denied.add(name);
    } else if (!OF_EVERYONE.test(name)) {
      audited.used.add(name);
    }
  }
  return audited;
}
