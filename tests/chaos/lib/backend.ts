// The demo portal without what has no part in runs: browser application, catalog, search, scaffolder, and the search for secrets in its
// configuration, which reads the schemas of all packages first. It starts much sooner, and is started several times by each seed.
import './shiftedClock';
import { WinstonLogger } from '@backstage/backend-defaults/rootLogger';
import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';

const backend = createBackend();

backend.add(
  createServiceFactory({
    service: coreServices.rootLogger,
    deps: {},
    factory: () => WinstonLogger.create({ meta: { service: 'backstage' } }),
  }),
);
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(
  import('@backstage/plugin-permission-backend-module-allow-all-policy'),
);
backend.add(import('@backstage/plugin-notifications-backend'));
backend.add(import('@backstage/plugin-signals-backend'));
backend.add(import('@backstage-arena/plugin-arena-backend'));

backend.start();
