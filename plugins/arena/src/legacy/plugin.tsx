import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { createCardExtension } from '@backstage/plugin-home-react';
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

/**
 * What the last load test of an entity measured.
 *
 * @public
 */
export const EntityArenaLoadTestCard: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaLoadTestCard',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaLoadTestCard),
    },
  }),
);

/**
 * When the tests of an entity run next.
 *
 * @public
 */
export const EntityArenaNextRunCard: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaNextRunCard',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaNextRunCard),
    },
  }),
);

/**
 * Which scenarios of the latest evaluations of an entity passed only at times.
 *
 * @public
 */
export const EntityArenaFlakyCellsCard: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaFlakyCellsCard',
    component: {
      lazy: () =>
        import('./entity').then(m => m.LegacyEntityArenaFlakyCellsCard),
    },
  }),
);

/**
 * Results of the latest run of the job that an ArenaJob entity stands for, for a tab of its page.
 *
 * @public
 */
export const EntityArenaResultsContent: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaResultsContent',
    component: {
      lazy: () =>
        import('./entity').then(m => m.LegacyEntityArenaResultsContent),
    },
  }),
);

/**
 * Its runs, for a tab of its page.
 *
 * @public
 */
export const EntityArenaRunsContent: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaRunsContent',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaRunsContent),
    },
  }),
);

/**
 * Its schedule, for a tab of its page.
 *
 * @public
 */
export const EntityArenaScheduleContent: () => JSX.Element =
  arenaPlugin.provide(
    createComponentExtension({
      name: 'EntityArenaScheduleContent',
      component: {
        lazy: () =>
          import('./entity').then(m => m.LegacyEntityArenaScheduleContent),
      },
    }),
  );

/**
 * The object as the cluster has it, for a tab of its page.
 *
 * @public
 */
export const EntityArenaYamlContent: () => JSX.Element = arenaPlugin.provide(
  createComponentExtension({
    name: 'EntityArenaYamlContent',
    component: {
      lazy: () => import('./entity').then(m => m.LegacyEntityArenaYamlContent),
    },
  }),
);

/**
 * What of the reader's jobs runs now, what fails and what runs next, for a home page of `@backstage/plugin-home`.
 *
 * @public
 */
export const HomePageMyArena: (props: { title?: string }) => JSX.Element =
  arenaPlugin.provide(
    createCardExtension<object>({
      name: 'MyArena',
      title: 'My Arena',
      components: () => import('./home'),
    }),
  );
