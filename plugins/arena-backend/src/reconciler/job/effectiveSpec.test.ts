import {
  ArenaConfigSpec,
  ArenaJobSpec,
} from '@backstage-arena/plugin-arena-common';
import { createJob } from './__testUtils__/worlds';
import { EffectiveSpec, effectiveSpec } from './effectiveSpec';

const job = (spec: Partial<ArenaJobSpec> = {}) => createJob({ spec }).spec;
const config = (spec: Partial<ArenaConfigSpec> = {}): ArenaConfigSpec => ({
  sourceRef: { name: 'config-source' },
  suspend: false,
  ...spec,
});

describe('effectiveSpec', () => {
  it('leaves to the arena file what neither says', () => {
    expect(effectiveSpec(job())).toEqual({
      sourceName: 'source',
      arenaFile: 'config.arena.yaml',
      outputFormats: ['json'],
      compat: false,
      verbose: false,
    });
  });

  it.each<
    [
      string,
      Partial<ArenaJobSpec>,
      Partial<ArenaConfigSpec>,
      Partial<EffectiveSpec>,
    ]
  >([
    ['source of the config', {}, {}, { sourceName: 'config-source' }],
    [
      'arena file of the config',
      {},
      { arenaFile: 'b.yaml' },
      { arenaFile: 'b.yaml' },
    ],
    [
      'arena file of the job',
      { arenaFile: 'a.yaml' },
      { arenaFile: 'b.yaml' },
      { arenaFile: 'a.yaml' },
    ],
    [
      'include of the job, exclude of the config',
      { scenarios: { include: ['a'] } },
      { scenarios: { include: ['b'], exclude: ['c'] } },
      { include: ['a'], exclude: ['c'] },
    ],
    [
      'a list replaces, even an empty one',
      { scenarios: { exclude: [] } },
      { scenarios: { include: ['b'], exclude: ['c'] } },
      { include: ['b'], exclude: [] },
    ],
    [
      'providers of the config become the group default',
      {},
      { providers: [{ name: 'p', namespace: 'other' }] },
      {
        providers: {
          default: [{ providerRef: { name: 'p', namespace: 'other' } }],
        },
      },
    ],
    [
      'providers of the job replace all of the config',
      { providers: { judge: [{ providerRef: { name: 'j' } }] } },
      { providers: [{ name: 'p' }] },
      { providers: { judge: [{ providerRef: { name: 'j' } }] } },
    ],
    [
      'tool registries of the job',
      { toolRegistries: [{ name: 'a' }] },
      { toolRegistries: [{ name: 'b' }] },
      { toolRegistries: [{ name: 'a' }] },
    ],
    [
      'evaluation of the config',
      {},
      { evaluation: { timeout: '1m30s', maxRetries: 0, concurrency: 7 } },
      { itemTimeoutMs: 90_000, maxAttempts: 1, concurrency: 7 },
    ],
  ])('takes the %s', (_name, jobSpec, configSpec, expected) => {
    expect(effectiveSpec(job(jobSpec), config(configSpec))).toMatchObject(
      expected,
    );
  });
});
