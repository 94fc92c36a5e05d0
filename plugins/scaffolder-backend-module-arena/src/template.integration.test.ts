import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import { templateEntityV1beta3Validator } from '@backstage/plugin-scaffolder-common';
import { ArenaApi } from '@backstage-arena/plugin-arena-common';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import scaffolderModuleArena from './index';

jest.setTimeout(60_000);

const template = parse(
  readFileSync(
    resolve(
      __dirname,
      '../../../examples/templates/evaluate-my-prompt/template.yaml',
    ),
    'utf8',
  ),
);

describe('the template "Evaluate my prompt"', () => {
  it('is a template', async () => {
    expect(await templateEntityV1beta3Validator.check(template)).toBe(true);
  });

  it.each([
    [
      'with what the form gives at first',
      { source: 'support-agent', namespace: 'default', replicas: 1, trials: 1 },
      {
        sourceRef: { name: 'support-agent' },
        type: 'evaluation',
        scenarios: {},
        trials: 1,
        evaluation: { outputFormats: ['json', 'junit'] },
        workers: { replicas: 1 },
      },
      {},
    ],
    [
      'with everything filled in',
      {
        source: 'prompts',
        namespace: 'team',
        scenarios: ['a/*.yaml', 'b'],
        component: 'component:default/agent',
        replicas: 4,
        trials: 3,
      },
      {
        sourceRef: { name: 'prompts' },
        type: 'evaluation',
        scenarios: { include: ['a/*.yaml', 'b'] },
        trials: 3,
        evaluation: { outputFormats: ['json', 'junit'] },
        workers: { replicas: 4 },
      },
      { 'arena.backstage.io/component': 'component:default/agent' },
    ],
  ])('runs %s', async (_what, values, spec, annotations) => {
    const create = jest.fn(async (_cluster, object) => object);
    const clusters: ArenaApi['clusters'] = async () => [
      { name: 'embedded', kind: 'embedded', ready: true },
    ];
    const backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        scaffolderModuleArena,
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'https://portal.example.com' },
            backend: { workingDirectory: '/tmp' },
          },
        }),
        catalogServiceMock.factory({ entities: [] }),
        createServiceFactory({
          service: arenaServiceRef,
          deps: {},
          factory: () => ({
            as: () => ({ clusters, create } as Partial<ArenaApi> as ArenaApi),
          }),
        }),
      ],
    });
    try {
      const response = await fetch(
        `http://localhost:${backend.server.port()}/api/scaffolder/v2/dry-run`,
        {
          method: 'POST',
          headers: {
            Authorization: mockCredentials.user.header(),
            'Content-Type': 'application/json',
          },
          body: JSON.stringify({ template, values, directoryContents: [] }),
        },
      );
      const body = await response.json();
      expect(body).toMatchObject({
        output: {
          links: [
            {
              url: expect.stringContaining(
                `https://portal.example.com/arena/jobs/embedded/${values.namespace}/${values.source}-`,
              ),
            },
            { entityRef: expect.stringContaining('arenajob:') },
          ],
        },
      });
      expect(create).toHaveBeenCalledTimes(1);
      const [cluster, object, options] = create.mock.calls[0] as unknown as [
        string,
        { metadata: object; spec: object },
        object,
      ];
      expect([cluster, options]).toEqual(['embedded', { dryRun: true }]);
      expect(object.spec).toEqual(spec);
      expect(object.metadata).toMatchObject({
        namespace: values.namespace,
        annotations,
      });
    } finally {
      await backend.stop();
    }
  });
});
