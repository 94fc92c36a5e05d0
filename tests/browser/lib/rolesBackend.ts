// The demo portal with three roles instead of guests who may do everything. Who somebody is comes from a header, as behind a proxy that signs people in;
// tokens, permissions and their conditions are the real ones.
import { createBackend } from '@backstage/backend-defaults';
import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  authProvidersExtensionPoint,
  createProxyAuthenticator,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';
import {
  AuthorizeResult,
  isPermission,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import {
  arenaJobConditions,
  arenaResourceConditions,
  createArenaJobConditionalDecision,
  createArenaResourceConditionalDecision,
} from '@backstage-arena/plugin-arena-backend';
import {
  arenaCommentCreatePermission,
  arenaJobCreatePermission,
  arenaTranscriptReadPermission,
} from '@backstage-arena/plugin-arena-common';

/** Who somebody is. */
const USER_HEADER = 'x-forwarded-user';

const ALLOW = { result: AuthorizeResult.ALLOW } as const;
const DENY = { result: AuthorizeResult.DENY } as const;

const signIn = createBackendModule({
  pluginId: 'auth',
  moduleId: 'guest-provider',
  register(reg) {
    reg.registerInit({
      deps: { providers: authProvidersExtensionPoint },
      async init({ providers }) {
        providers.registerProvider({
          providerId: 'guest',
          factory: createProxyAuthProviderFactory({
            authenticator: createProxyAuthenticator({
              defaultProfileTransform: async () => ({ profile: {} }),
              initialize: () => undefined,
              authenticate: async ({ req }) => ({
                result: { user: `user:default/${req.headers[USER_HEADER]}` },
              }),
            }),
            signInResolver: async ({ result: { user } }, context) =>
              context.issueToken({ claims: { sub: user, ent: [user] } }),
          }),
        });
      },
    });
  },
});

/**
 * `vera` reads what is in the namespace `default`, but not what was said; `otto` reads all of that, says something of it, and changes jobs that
 * are his; `anna` may do everything.
 */
class Roles implements PermissionPolicy {
  async handle({ permission }: PolicyQuery, user?: PolicyQueryUser) {
    const name = user?.info.userEntityRef ?? '';
    if (name === 'user:default/anna') return ALLOW;
    const isReader = name === 'user:default/vera';
    const isRead = permission.attributes.action === 'read';
    if (isPermission(permission, arenaJobCreatePermission)) {
      return isReader ? DENY : ALLOW;
    }
    if (isResourcePermission(permission, 'arena-job')) {
      const isTranscript = isPermission(
        permission,
        arenaTranscriptReadPermission,
      );
      if (isReader && (!isRead || isTranscript)) return DENY;
      const isHere = arenaJobConditions.inNamespace({
        namespaces: ['default'],
      });
      const isHis = arenaJobConditions.isOwner({ claims: [name] });
      return createArenaJobConditionalDecision(
        permission,
        isRead || isPermission(permission, arenaCommentCreatePermission)
          ? isHere
          : { allOf: [isHere, isHis] },
      );
    }
    if (isResourcePermission(permission, 'arena-resource') && isRead) {
      return createArenaResourceConditionalDecision(
        permission,
        arenaResourceConditions.inNamespace({ namespaces: ['default'] }),
      );
    }
    return permission.name.startsWith('arena.') ? DENY : ALLOW;
  }
}

const policy = createBackendModule({
  pluginId: 'permission',
  moduleId: 'roles-policy',
  register(reg) {
    reg.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy: point }) {
        point.setPolicy(new Roles());
      },
    });
  },
});

const backend = createBackend();
backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(signIn);
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(policy);
backend.add(import('@backstage/plugin-user-settings-backend'));
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage-arena/plugin-arena-backend'));
backend.add(import('@backstage-arena/plugin-catalog-backend-module-arena'));
backend.start();
