import { Run, RunPins } from '@backstage-arena/plugin-arena-common';
import { publicRun } from './publicRun';

const PINS: RunPins = {
  source: { name: 's', uid: 'u', revision: 'r', digest: 'd' },
  arenaFile: 'config.arena.yaml',
  type: 'evaluation',
  compat: false,
  outputFormats: ['json'],
  concurrency: 1,
  itemTimeoutMs: 1,
  maxAttempts: 1,
  verbose: false,
  engineVersion: '1',
  planVersion: 1,
};

describe('publicRun', () => {
  it('shows which providers and tools a run has, not how they are called', () => {
    const pins: RunPins = {
      ...PINS,
      providers: [
        {
          id: 'agent-helper',
          group: 'default',
          spec: { type: 'agent', base_url: 'wss://agents.internal/ws' },
          credentialSlot: 'ARENA_CREDENTIAL_1',
        },
      ],
      tools: [
        {
          name: 'getPet',
          registry: 'web',
          registryRef: { namespace: 'shared', name: 'web' },
          spec: {
            name: 'getPet',
            description: 'Finds a pet',
            mode: 'live',
            http: { url: 'https://pets.internal', headers: { key: 'k' } },
          },
          credentialSlots: { Authorization: 'ARENA_CREDENTIAL_TOOL_1' },
          credentialSources: {
            Authorization: {
              scheme: 'bearer',
              source: { namespace: 'shared', secret: 's', key: 'token' },
            },
          },
        },
      ],
    };
    expect(publicRun({ pins } as Run).pins).toEqual({
      ...PINS,
      providers: [
        { id: 'agent-helper', group: 'default', spec: { type: 'agent' } },
      ],
      tools: [
        {
          name: 'getPet',
          registry: 'web',
          spec: { mode: 'live', description: 'Finds a pet' },
        },
      ],
    });
  });

  it('shows where the reports went, not how', () => {
    const pins: RunPins = {
      ...PINS,
      output: {
        type: 's3',
        bucket: 'results',
        prefix: 'evals/default/job/run/',
        region: 'us-west-2',
        endpoint: 'http://s3.internal:9000',
        credentialSlots: { AWS_ACCESS_KEY_ID: 'ARENA_CREDENTIAL_OUTPUT_1' },
        credentialSources: {
          AWS_ACCESS_KEY_ID: { namespace: 'n', secret: 's', key: 'k' },
        },
      },
    };
    expect(publicRun({ pins } as Run).pins).toEqual({
      ...PINS,
      output: {
        type: 's3',
        bucket: 'results',
        prefix: 'evals/default/job/run/',
      },
    });
    const claim: RunPins = {
      ...PINS,
      output: { type: 'pvc', claimName: 'results', path: 'evals/run' },
    };
    expect(publicRun({ pins: claim } as Run).pins).toEqual(claim);
  });
});
