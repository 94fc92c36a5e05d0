import {
  BackstageCredentials,
  BackstageUserPrincipal,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
} from '@backstage/plugin-permission-common';
import { Request } from 'express';

/**
 * Who may do what. Decisions are always made with the credentials of the caller: those of the backend itself are allowed
 * everything, so that asking with them would ask nothing.
 */
export class Access {
  private readonly httpAuth: HttpAuthService;
  private readonly permissions: PermissionsService;

  constructor(options: {
    httpAuth: HttpAuthService;
    permissions: PermissionsService;
  }) {
    this.httpAuth = options.httpAuth;
    this.permissions = options.permissions;
  }

  /** Any user or service that is signed in, for what is no secret within the company. */
  async authenticated(req: Request): Promise<BackstageCredentials> {
    return this.httpAuth.credentials(req, { allow: ['user', 'service'] });
  }

  /** A user or a service that may read. */
  async read(req: Request, ...permissions: Permission[]): Promise<void> {
    const credentials = await this.authenticated(req);
    await this.authorize(credentials, permissions);
  }

  /** A user (or a service on behalf of one), never a service alone. */
  async asUser(
    req: Request,
    ...permissions: Permission[]
  ): Promise<{ userEntityRef: string }> {
    const credentials = await this.httpAuth.credentials(req, {
      allow: ['user', 'service'],
    });
    if (!isUser(credentials)) {
      throw new NotAllowedError(
        `${req.method} ${req.path} is for users: a service or a static token has read access only. Send the token of a user, or a token that a service got on behalf of a user`,
      );
    }
    await this.authorize(credentials, permissions);
    return { userEntityRef: credentials.principal.userEntityRef };
  }

  private async authorize(
    credentials: BackstageCredentials,
    permissions: Permission[],
  ): Promise<void> {
    for (const permission of permissions) {
      const [decision] = isResourcePermission(permission)
        ? await this.permissions.authorizeConditional([{ permission }], {
            credentials,
          })
        : await this.permissions.authorize([{ permission }], { credentials });
      if (decision.result === AuthorizeResult.CONDITIONAL) {
        throw new NotAllowedError(
          `The permission policy answers '${permission.name}' with conditions, but Arena has no rules to evaluate them: the policy must allow or deny it`,
        );
      }
      if (decision.result !== AuthorizeResult.ALLOW) {
        throw new NotAllowedError(
          `You are not allowed to do this: it needs the permission '${permission.name}'`,
        );
      }
    }
  }
}

function isUser(
  credentials: BackstageCredentials<{ type: string }>,
): credentials is BackstageCredentials<BackstageUserPrincipal> {
  return credentials.principal.type === 'user';
}
