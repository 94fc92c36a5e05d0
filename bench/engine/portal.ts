// The portal of the job: sign-in for guests and Arena, on the database that the configuration names. Says its address to its parent.
import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { packedFolder } from './packages';

const backend = createBackend();
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import(require.resolve(packedFolder('plugin-arena-backend'))));
backend.add(
  createBackendModule({
    pluginId: 'arena',
    moduleId: 'benchmark',
    register(env) {
      env.registerInit({
        deps: {
          discovery: coreServices.discovery,
          lifecycle: coreServices.rootLifecycle,
        },
        async init({ discovery, lifecycle }) {
          lifecycle.addStartupHook(async () => {
            const url = await discovery.getBaseUrl('arena');
            process.send!({ bench: { url } });
          });
        },
      });
    },
  }),
);
// Workers end with the process group, or see that their channel closes.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
backend.start();
