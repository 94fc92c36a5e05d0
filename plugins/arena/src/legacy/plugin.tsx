import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { arenaApiRef } from '../api';
import { createArenaClient } from '../api/createArenaClient';
import { rootRouteRef } from './routes';

/**
 * Arena in apps on `@backstage/core-plugin-api`.
 *
 * @public
 */
export const arenaPlugin = createPlugin({
  id: 'arena',
  apis: [
    createApiFactory({
      api: arenaApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: createArenaClient,
    }),
  ],
  routes: { root: rootRouteRef },
});

/**
 * All pages of Arena: `<Route path="/arena" element={<ArenaPage />} />`.
 *
 * @public
 */
export const ArenaPage: () => JSX.Element = arenaPlugin.provide(
  createRoutableExtension({
    name: 'ArenaPage',
    mountPoint: rootRouteRef,
    component: () => import('./ArenaRouter').then(m => m.ArenaRouter),
  }),
);

/**
 * Jobs that test a component, for a tab of its page.
 *
 * @public
 */
export const EntityArenaContent: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaContent',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaContent),
    },
  }),
);

/**
 * How the tests of a component went lately, for its overview.
 *
 * @public
 */
export const EntityArenaCard: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaCard',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaCard),
    },
  }),
);

/**
 * State of the job that an ArenaJob entity stands for.
 *
 * @public
 */
export const EntityArenaJobCard: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaJobCard',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaJobCard),
    },
  }),
);

/**
 * The pods that work for the job that an ArenaJob entity stands for, for a tab of its page.
 *
 * @public
 */
export const EntityArenaPodsContent: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaPodsContent',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaPodsContent),
    },
  }),
);
