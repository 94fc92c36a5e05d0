import { ApiBlueprint } from '@backstage/frontend-plugin-api';
import { createDevApp } from '@backstage/frontend-dev-utils';
import arenaPlugin, { arenaApiRef } from '../src';
import { createDemoApi } from './demoData';

const demoApi = createDemoApi();

createDevApp({
  features: [
    arenaPlugin.withOverrides({
      extensions: [
        ApiBlueprint.make({
          params: defineParams =>
            defineParams({
              api: arenaApiRef,
              deps: {},
              factory: () => demoApi,
            }),
        }),
      ],
    }),
  ],
});
