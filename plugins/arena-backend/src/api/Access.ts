import {
  AuditorService,
  BackstageCredentials,
  BackstageUserPrincipal,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { isError, NotAllowedError, NotFoundError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
  Permission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import {
  arenaJobReadPermission,
  ArenaPermissionTarget,
} from '@backstage-arena/plugin-arena-common';
import { Request } from 'express';
import { AccessFilter, accessFilterOf } from '../permissions/AccessFilter';
import { permissionsOfKind } from '../permissions/permissionsOfKind';
import { PermissionSubject } from '../permissions/PermissionSubject';
import { OWN_RULESETS, Rulesets } from '../permissions/Rulesets';
import { SubjectFinder } from '../permissions/SubjectFinder';

/** Permissions on something. */
export type ArenaResourcePermission = ResourcePermission<keyof Rulesets>;

/**
 * Who may do what with which object or run. Decisions are always made with the credentials of the caller: those of the backend itself are
 * allowed everything, so that asking with them would ask nothing.
 *
 * @remarks
 * A policy that denies is answered with `NotAllowedError` before anything is looked up. One that decides by conditions is asked about the
 * object: what the caller may not read is answered like what does not exist.
 */
export class Access {
  private readonly auditor: AuditorService;
  private readonly httpAuth: HttpAuthService;
  private readonly permissions: PermissionsService;
  private readonly subjects: SubjectFinder;
  private readonly rulesets: Rulesets;

  constructor(options: {
    auditor: AuditorService;
    httpAuth: HttpAuthService;
    permissions: PermissionsService;
    clusters: ConstructorParameters<typeof SubjectFinder>[0]['clusters'];
    runs: ConstructorParameters<typeof SubjectFinder>[0]['runs'];
    /** Default: our own rules alone. */
    rulesets?: Rulesets;
  }) {
    this.auditor = options.auditor;
    this.httpAuth = options.httpAuth;
    this.permissions = options.permissions;
    this.subjects = new SubjectFinder(options);
    this.rulesets = options.rulesets ?? OWN_RULESETS;
  }

  /** Any user or service that is signed in, for what is no secret within the company. */
  async authenticated(req: Request): Promise<BackstageCredentials> {
    return this.httpAuth.credentials(req, { allow: ['user', 'service'] });
  }

  /**
   * A user or a service that may read something, and has `more` on it.
   *
   * @returns what else of its type the caller may read: `allows(subjectOfRun(run))`
   */
  async read(
    req: Request,
    target: ArenaPermissionTarget,
    ...more: ArenaResourcePermission[]
  ): Promise<AccessFilter> {
    const credentials = await this.authenticated(req);
    return this.noting(req, { ...target }, () =>
      this.authorize(credentials, target, more),
    );
  }

  /** A user or a service that may read all of some runs. */
  async readRuns(req: Request, runIds: readonly string[]): Promise<void> {
    const readable = await this.filter(req, arenaJobReadPermission);
    if (!readable.criteria) return;
    for (const runId of new Set(runIds)) {
      const subject = await this.subjects.find({ runId });
      if (!subject || !readable.allows(subject)) throw notFound({ runId });
    }
  }

  /** A user (or a service on behalf of one), never a service alone, who may read something and has `permissions` on it. */
  async asUser(
    req: Request,
    target: ArenaPermissionTarget,
    ...permissions: ArenaResourcePermission[]
  ): Promise<{ userEntityRef: string; readable: AccessFilter }> {
    const credentials = await this.user(req);
    const readable = await this.noting(req, { ...target }, () =>
      this.authorize(credentials, target, permissions),
    );
    return { userEntityRef: credentials.principal.userEntityRef, readable };
  }

  /** A user who has a permission that is about nothing in particular. */
  async asUserWith(
    req: Request,
    permission: BasicPermission,
  ): Promise<{ userEntityRef: string }> {
    const credentials = await this.user(req);
    await this.noting(req, {}, async () => {
      const [decision] = await this.permissions.authorize([{ permission }], {
        credentials,
      });
      if (decision.result !== AuthorizeResult.ALLOW) {
        throw notAllowed(permission);
      }
    });
    return { userEntityRef: credentials.principal.userEntityRef };
  }

  /** A caller who has permissions on something that is at hand: an object before it is stored. */
  async onSubject(
    req: Request,
    subject: PermissionSubject,
    ...permissions: ArenaResourcePermission[]
  ): Promise<void> {
    const credentials = await this.authenticated(req);
    const { kind, cluster, namespace, name } = subject;
    await this.noting(req, { kind, cluster, namespace, name }, async () => {
      const filters = await this.decide(credentials, permissions);
      checkAll(filters, permissions, subject);
    });
  }

  /** For lists: what of all the caller may see. @throws NotAllowedError when that is nothing */
  async filter(
    req: Request,
    permission: ArenaResourcePermission,
  ): Promise<AccessFilter> {
    const credentials = await this.authenticated(req);
    const [filter] = await this.noting(req, {}, () =>
      this.decide(credentials, [permission]),
    );
    return filter;
  }

  /** What decides about something, for callers who ask a filter themselves. Undefined for what does not exist. */
  async subjectOf(
    target: ArenaPermissionTarget,
  ): Promise<PermissionSubject | undefined> {
    return this.subjects.find(target);
  }

  private async user(
    req: Request,
  ): Promise<BackstageCredentials<BackstageUserPrincipal>> {
    const credentials = await this.authenticated(req);
    if (!isUser(credentials)) {
      throw new NotAllowedError(
        `${req.method} ${req.path} is for users: a service or a static token has read access only. Send the token of a user, or a token that a service got on behalf of a user`,
      );
    }
    return credentials;
  }

  /** Leaves a record when somebody is refused. */
  private async noting<T>(
    request: Request,
    about: JsonObject,
    decide: () => Promise<T>,
  ): Promise<T> {
    try {
      return await decide();
    } catch (error) {
      if (isError(error) && error.name === 'NotAllowedError') {
        const record = await this.auditor.createEvent({
          eventId: 'access-denied',
          severityLevel: 'medium',
          request,
          meta: { ...about, method: request.method, reason: error.message },
        });
        await record.fail({ error });
      }
      throw error;
    }
  }

  private async authorize(
    credentials: BackstageCredentials,
    target: ArenaPermissionTarget,
    permissions: readonly ArenaResourcePermission[],
  ): Promise<AccessFilter> {
    const kind = 'runId' in target ? 'ArenaJob' : target.kind;
    const read = permissionsOfKind(kind).read;
    const filters = await this.decide(credentials, [read, ...permissions]);
    const [readable, ...rest] = filters;
    if (filters.some(filter => filter.criteria)) {
      const subject = await this.subjects.find(target);
      if (!subject || !readable.allows(subject)) throw notFound(target);
      checkAll(rest, permissions, subject);
    }
    return readable;
  }

  private async decide(
    credentials: BackstageCredentials,
    permissions: readonly ArenaResourcePermission[],
  ): Promise<AccessFilter[]> {
    const decisions = await this.permissions.authorizeConditional(
      permissions.map(permission => ({ permission })),
      { credentials },
    );
    return decisions.map((decision, index) => {
      const permission = permissions[index];
      if (decision.result === AuthorizeResult.DENY) {
        throw notAllowed(permission);
      }
      return accessFilterOf(decision, this.rulesets[permission.resourceType]);
    });
  }
}

function checkAll(
  filters: readonly AccessFilter[],
  permissions: readonly ArenaResourcePermission[],
  subject: PermissionSubject,
): void {
  const denied = filters.findIndex(filter => !filter.allows(subject));
  if (denied >= 0) throw notAllowed(permissions[denied]);
}

function notAllowed(permission: Permission): NotAllowedError {
  return new NotAllowedError(
    `You are not allowed to do this: it needs the permission '${permission.name}'`,
  );
}

function notFound(target: ArenaPermissionTarget): NotFoundError {
  return new NotFoundError(
    'runId' in target
      ? `Run '${target.runId}' does not exist`
      : `${target.kind} '${target.namespace}/${target.name}' does not exist`,
  );
}

function isUser(
  credentials: BackstageCredentials,
): credentials is BackstageCredentials<BackstageUserPrincipal> {
  return (credentials.principal as { type?: string }).type === 'user';
}
