import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { createJobAction } from './actions/createJob';

/**
 * Adds the action `arena:job:create` to the scaffolder.
 *
 * @public
 */
export const scaffolderModuleArena = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'arena',
  register(env) {
    env.registerInit({
      deps: {
        arena: arenaServiceRef,
        config: coreServices.rootConfig,
        scaffolder: scaffolderActionsExtensionPoint,
      },
      async init({ arena, config, scaffolder }) {
        scaffolder.addActions(
          createJobAction({
            arena,
            appUrl: config.getString('app.baseUrl').replace(/\/+$/, ''),
          }),
        );
      },
    });
  },
});
