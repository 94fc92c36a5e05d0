import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { createJobAction } from './actions/createJob';
import { createScheduleAction } from './actions/createSchedule';
import { createSourceAction } from './actions/createSource';
import { fetchResultsAction } from './actions/fetchResults';
import { runJobAction } from './actions/runJob';
import { waitForJobAction } from './actions/waitForJob';

/**
 * Adds actions to the scaffolder that create, run and await jobs, create sources and schedules, and fetch results.
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
        const options = {
          arena,
          appUrl: config.getString('app.baseUrl').replace(/\/+$/, ''),
        };
        scaffolder.addActions(
          createJobAction(options),
          waitForJobAction(options),
          runJobAction(options),
          createSourceAction(options),
          createScheduleAction(options),
          fetchResultsAction(options),
        );
      },
    });
  },
});
