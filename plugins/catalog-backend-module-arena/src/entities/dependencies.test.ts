import { agentDependencies, jobDependencies, refsWithin } from './dependencies';

const options = { namespace: 'team', refOf: refsWithin('prod') };

describe('jobDependencies', () => {
  it('names source, providers and agents once each, in the namespace that each reference says', () => {
    expect(
      jobDependencies(
        {
          sourceRef: { name: 'prompts' },
          providers: {
            default: [
              { providerRef: { name: 'gpt' } },
              { id: 'again', providerRef: { name: 'gpt' } },
              { agentRef: { name: 'support' } },
            ],
            judge: [{ providerRef: { name: 'claude', namespace: 'shared' } }],
          },
        },
        options,
      ),
    ).toEqual({
      source: 'arenasource:team/prompts_prod',
      providers: [
        'resource:team/gpt_provider_prod',
        'resource:shared/claude_provider_prod',
      ],
      agents: ['resource:team/support_agent_prod'],
    });
  });

  it.each([
    [{}],
    [{ sourceRef: { name: 'c', kind: 'ArenaConfig' } }],
    [{ sourceRef: 'prompts', providers: 'gpt' }],
    [{ sourceRef: [], providers: { default: 'gpt', judge: [null, 1, {}] } }],
    [{ providers: { default: [{ providerRef: { name: 1 } }] } }],
  ])('finds nothing in %j', spec => {
    expect(jobDependencies(spec, options)).toEqual({
      providers: [],
      agents: [],
    });
  });
});

describe('agentDependencies', () => {
  it('names the providers of an agent', () => {
    const spec = {
      providers: [
        { name: 'default', providerRef: { name: 'gpt' } },
        { name: 'bad' },
        'bad',
      ],
    };
    expect(agentDependencies(spec, options)).toEqual([
      'resource:team/gpt_provider_prod',
    ]);
    expect(agentDependencies({}, options)).toEqual([]);
  });
});
