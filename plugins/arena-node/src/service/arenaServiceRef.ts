import {
  AuthService,
  BackstageCredentials,
  coreServices,
  createServiceFactory,
  createServiceRef,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { ArenaApi, ArenaClient } from '@backstage-arena/plugin-arena-common';

/**
 * Arena for other backend plugins and modules.
 *
 * @public
 */
export interface ArenaService {
  /**
   * The REST API as somebody: a user whose credentials came with a request, or this plugin itself (which may only read).
   *
   * @remarks
   * Every request gets a token of its own, so that what is returned may be kept as long as the credentials are valid. It goes over
   * HTTP wherever Arena runs, in this process or in another.
   */
  as(credentials: BackstageCredentials): ArenaApi;
}

class DefaultArenaService implements ArenaService {
  private readonly auth: AuthService;
  private readonly discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.auth = options.auth;
    this.discovery = options.discovery;
  }

  as(credentials: BackstageCredentials): ArenaApi {
    return new ArenaClient({
      baseUrl: () => this.discovery.getBaseUrl('arena'),
      fetch: async (input, init) => {
        const { token } = await this.auth.getPluginRequestToken({
          onBehalfOf: credentials,
          targetPluginId: 'arena',
        });
        const headers = new Headers(init?.headers);
        headers.set('Authorization', `Bearer ${token}`);
        return fetch(input, { ...init, headers });
      },
    });
  }
}

/**
 * Gives access to Arena on behalf of users and services.
 *
 * @public
 */
export const arenaServiceRef = createServiceRef<ArenaService>({
  id: 'arena.client',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { auth: coreServices.auth, discovery: coreServices.discovery },
      factory: ({ auth, discovery }) =>
        new DefaultArenaService({ auth, discovery }),
    }),
});
