import { z } from 'zod/v4';

/** A verb and what it is used on: `patch arenajobs.omnia.altairalabs.ai/status`. */
export type RightName = string;

/** Whose requests are looked for in an audit log. */
export interface Audited {
  /** For example `system:serviceaccount:arena:arena-portal`. */
  username: string;
  /** Beginning of the user agent of the same program where it runs under other accounts. */
  userAgent?: string;
}

/** What an account did in a cluster, and what it tried to do. */
export interface AuditedRights {
  /** Requests that were let through. */
  used: Set<RightName>;
  /** What the same program did under other accounts, whose rights may be wider. */
  usedElsewhere: Set<RightName>;
  /** Requests that were refused for want of a right. */
  denied: Set<RightName>;
}

const DECISION = 'authorization.k8s.io/decision';

const auditEventSchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  userAgent: z.string().optional(),
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
 * @throws Error when a line is no audit event
 */
export async function readAuditedRights(
  lines: AsyncIterable<string> | Iterable<string>,
  { username, userAgent }: Audited,
): Promise<AuditedRights> {
  const audited: AuditedRights = {
    used: new Set(),
    usedElsewhere: new Set(),
    denied: new Set(),
  };
  for await (const line of lines) {
    // Most lines are of others: those need no parsing.
    if (!line.includes(username) && !(userAgent && line.includes(userAgent))) {
      continue;
    }
    const event = auditEventSchema.parse(JSON.parse(line));
    const own = event.user.username === username;
    const elsewhere = userAgent && event.userAgent?.startsWith(userAgent);
    if (!event.objectRef || !(own || elsewhere)) {
      continue;
    }
    const { apiGroup = '', resource, subresource } = event.objectRef;
    const path = subresource ? `${resource}/${subresource}` : resource;
    const name = rightName(event.verb, apiGroup, path);
    const refused = event.annotations?.[DECISION] === 'forbid';
    if (refused) {
      if (own) audited.denied.add(name);
    } else if (!OF_EVERYONE.test(name)) {
      (own ? audited.used : audited.usedElsewhere).add(name);
    }
  }
  return audited;
}
