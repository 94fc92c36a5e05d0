/**
 * What Arena adds to the app itself, found by apps that discover their features: icons of its kinds of entities.
 *
 * @packageDocumentation
 */
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { IconBundleBlueprint } from '@backstage/plugin-app-react';
import { RiFolderDownloadLine, RiSwordLine } from '@remixicon/react';

/**
 * Icons of ArenaJobs and ArenaSources wherever the app shows the icon of a kind, the catalog graph for one.
 *
 * @alpha
 */
const arenaIcons = createFrontendModule({
  pluginId: 'app',
  extensions: [
    IconBundleBlueprint.make({
      name: 'arena',
      params: {
        icons: {
          'kind:arenajob': <RiSwordLine />,
          'kind:arenasource': <RiFolderDownloadLine />,
        },
      },
    }),
  ],
});
export default arenaIcons;
