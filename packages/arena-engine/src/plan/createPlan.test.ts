import { cellAt, RunPlan } from '@backstage-arena/plugin-arena-common';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { PlanOptions } from '../Engine';

afterEach(removeBundles);

async function planOf(
  spec: Parameters<typeof arena>[0],
  options: PlanOptions & { compat?: boolean } = {},
): Promise<RunPlan> {
  const folder = await writeBundle({ 'config.arena.yaml': arena(spec) });
  return (await loadBundle(folder, options)).plan(options);
}

const cells = (plan: RunPlan) =>
  Array.from({ length: plan.total }, (_, i) => {
    const { scenario, provider, region, variant, trial } = cellAt(plan, i);
    return `${scenario.id}/${region}/${provider.id}/${variant}/${trial}`;
  });

const AGENT = {
  type: 'agent',
  base_url: 'ws://agent.example.com',
  additional_config: { agent: 'test' },
};

const mocks = (...ids: string[]) => ({
  provider_specs: Object.fromEntries(ids.map(id => [id, { type: 'mock' }])),
});

describe('a plan', () => {
  it('expands scenarios, regions, providers, variants and trials in this order', async () => {
    const plan = await planOf(
      {
        more: mocks('a', 'b'),
        scenarios: {
          two: {
            turns: [{ role: 'user', perturbations: { x: ['1', '2'] } }],
          },
          one: { trials: 2, providers: ['b'] },
        },
      },
      { regions: ['eu', 'us'] },
    );
    expect(cells(plan)).toEqual([
      'one/eu/b/0/0',
      'one/eu/b/0/1',
      'one/us/b/0/0',
      'one/us/b/0/1',
      'two/eu/a/0/0',
      'two/eu/a/1/0',
      'two/eu/b/0/0',
      'two/eu/b/1/0',
      'two/us/a/0/0',
      'two/us/a/1/0',
      'two/us/b/0/0',
      'two/us/b/1/0',
    ]);
    expect(plan.providers.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('is the same for the same bundle, and its keys depend on content alone', async () => {
    const spec = { more: mocks('a'), scenarios: { one: {}, two: {} } };
    const first = await planOf(spec);
    expect(await planOf(spec)).toEqual(first);
    const changed = await planOf({
      more: mocks('z', 'a'),
      scenarios: { zero: {}, one: {}, two: { trials: 3 } },
    });
    const key = (plan: RunPlan, id: string) =>
      plan.scenarios.find(scenario => scenario.id === id)?.key;
    expect(key(changed, 'one')).toBe(key(first, 'one'));
    expect(key(changed, 'two')).not.toBe(key(first, 'two'));
    expect(changed.providers[1].key).toBe(first.providers[0].key);
  });

  it('survives the way through JSON and is refused for other options', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena({ more: mocks('a'), scenarios: { one: {} } }),
    });
    const bundle = await loadBundle(folder);
    const plan: RunPlan = JSON.parse(
      JSON.stringify(bundle.plan({ trials: 2 })),
    );
    const runner = await bundle.runner(
      { ...plan, engineVersion: '0.0.1' },
      { compat: true, trials: 2 },
    );
    await runner.close();
    await expect(
      bundle.runner(plan, { compat: true, trials: 3 }),
    ).rejects.toMatchObject({ reason: 'PlanMismatch' });
    await expect(
      bundle.runner({ ...plan, version: 99 }, { compat: true, trials: 2 }),
    ).rejects.toMatchObject({ reason: 'PlanVersion' });
  });

  it.each<[PlanOptions, string, RegExp]>([
    [{ scenarioIds: ['onee'] }, 'UnknownScenario', /Did you mean "one"\?/],
    [{ providerIds: ['aa'] }, 'UnknownProvider', /Did you mean "a"\?/],
    [{ include: ['nothing-*'] }, 'NoScenarios', /one, two/],
    [{ exclude: ['*'] }, 'NoScenarios', /one, two/],
    [{ providers: [] }, 'NoProviders', /none/],
    [{ trials: 1_000_000_000 }, 'TooManyItems', /at most/],
  ])('refuses %j', async (options, reason, message) => {
    await expect(
      planOf({ more: mocks('a'), scenarios: { one: {}, two: {} } }, options),
    ).rejects.toMatchObject({
      reason,
      message: expect.stringMatching(message),
    });
  });

  it('chooses the providers of a scenario before it looks at those of the run', async () => {
    const file = (name: string) =>
      `apiVersion: v1\nkind: Provider\nmetadata: {name: ${name}}\nspec: {type: mock, capabilities: [text]}\n`;
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        more: {
          provider_specs: {},
          providers: [
            { file: 'plain.yaml', group: '' },
            { file: 'fast.yaml', group: 'fast' },
            { file: 'slow.yaml', group: 'slow' },
          ],
        },
        scenarios: {
          'default-group': {},
          'empty-group': { provider_group: '' },
          'fast-group': { provider_group: 'fast' },
          'unknown-group': { provider_group: 'nobody' },
          'listed-other': { providers: ['slow'] },
          'listed-both': { providers: ['slow', 'fast', 'ghost'] },
          'too-demanding': {
            provider_group: 'fast',
            required_capabilities: ['vision'],
          },
        },
      }),
      'plain.yaml': file('plain'),
      'fast.yaml': file('fast'),
      'slow.yaml': file('slow'),
    });
    const bundle = await loadBundle(folder);
    const of = (providerIds: string[]) =>
      cells(bundle.plan({ providerIds })).map(cell =>
        cell.replace('/default', '').replace('/0/0', ''),
      );
    expect(of(['fast'])).toEqual([
      'fast-group/fast',
      'listed-both/fast',
      'unknown-group/fast',
    ]);
    expect(of(['plain'])).toEqual([
      'default-group/plain',
      'empty-group/plain',
      'unknown-group/plain',
    ]);
    expect(of([])).toHaveLength(10);
  });

  it('leaves unknown providers out in compatible runs, as long as others are left', async () => {
    const spec = { more: mocks('a', 'b'), scenarios: { one: {} } };
    const plan = await planOf(spec, {
      compat: true,
      providerIds: ['ghost', 'b'],
    });
    expect(cells(plan)).toEqual(['one/default/b/0/0']);
    await expect(
      planOf(spec, { compat: true, providerIds: ['ghost'] }),
    ).rejects.toMatchObject({
      reason: 'NoProviders',
      message: expect.stringContaining('limited to ghost'),
    });
  });

  it('takes an empty list of scenarios for none', async () => {
    const spec = { more: mocks('a'), scenarios: { one: {}, two: {} } };
    expect((await planOf(spec, { scenarioIds: [] })).total).toBe(2);
  });

  it('refuses a bundle with a provider of the role video', async () => {
    const more = {
      provider_specs: {
        a: { type: 'mock' },
        film: { type: 'mock', role: 'video' },
      },
    };
    await expect(
      planOf({ more, scenarios: { one: { providers: ['a'] } } }),
    ).rejects.toMatchObject({
      reason: 'UnsupportedFeature',
      message: expect.stringContaining('"film" of the role video'),
    });
  });

  it('selects by globs: names without a slash, paths with one, exclude after include', async () => {
    const scenario = (name: string) =>
      `apiVersion: v1\nkind: Scenario\nmetadata: {name: ${name}}\nspec: {task_type: t, description: d, turns: []}\n`;
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        more: {
          ...mocks('a'),
          scenarios: ['a/critical-1', 'a/critical-2-slow', 'b/other'].map(
            name => ({
              file: `${name}.yaml`,
            }),
          ),
        },
      }),
      'a/critical-1.yaml': scenario('first'),
      'a/critical-2-slow.yaml': scenario('second'),
      'b/other.yaml': scenario('third'),
    });
    const bundle = await loadBundle(folder);
    const ids = (options: PlanOptions) =>
      bundle.plan(options).scenarios.map(({ id }) => id);
    expect(ids({ include: ['a/critical-*.yaml'] })).toEqual([
      'first',
      'second',
    ]);
    expect(ids({ include: ['a/**'], exclude: ['*-slow.yaml'] })).toEqual([
      'first',
    ]);
    expect(ids({ include: ['third'] })).toEqual(['third']);
    expect(ids({ include: ['*.yaml'], exclude: ['b/*'] })).toEqual([
      'first',
      'second',
    ]);
  });

  it("takes a job's providers: every group multiplies, except roles", async () => {
    const spec = { type: 'mock' };
    const providers = [
      { id: 'a', group: 'default', spec },
      { id: 'b', group: 'premium', spec },
      { id: 'j', group: 'judge', spec },
      { id: 'r', group: 'referees', spec },
    ];
    const bundle = {
      more: {
        providers: [{ file: 'ref.yaml', group: 'referees' }],
        judges: [{ name: 'ref', provider: 'ref' }],
      },
      scenarios: { all: {}, some: { provider_group: 'premium' } },
    };
    const folder = await writeBundle({
      'config.arena.yaml': arena(bundle),
      'ref.yaml':
        'apiVersion: v1\nkind: Provider\nmetadata: {name: ref}\nspec: {type: mock}\n',
    });
    const loaded = await loadBundle(folder);
    expect(loaded.providerGroups).toEqual(['default', 'premium', 'referees']);
    expect(cells(loaded.plan({ providers }))).toEqual([
      'all/default/a/0/0',
      'all/default/b/0/0',
      'some/default/b/0/0',
    ]);
    expect(
      cells(
        loaded.plan({
          scenarioIds: ['all'],
          providers: [
            { id: 's', group: 'selfplay', spec },
            { id: 'j', group: 'judge', spec },
          ],
        }),
      ),
    ).toEqual(['all/default/s/0/0']);
    expect(() =>
      loaded.plan({
        providers: [{ id: 'x', group: 'default', spec: { typ: 'mock' } }],
      }),
    ).toThrow('Provider "x"');
  });

  it.each<[string, Parameters<typeof arena>[0], RegExp]>([
    [
      'speech',
      { scenarios: { one: { duplex: { timeout: '1m' } } } },
      /duplex \(config.arena.yaml\)/,
    ],
    [
      'hooks',
      { more: { runtime: { hooks: { h: { command: 'x' } } } } },
      /runtime.hooks \(config.arena.yaml\)/,
    ],
    [
      'a store of another process',
      { more: { state_store: { type: 'redis' } } },
      /state_store type redis/,
    ],
    [
      'another provider',
      { provider: { type: 'oracle' } },
      /provider "mock" of type oracle/,
    ],
    [
      'an agent as a judge',
      {
        more: {
          judges: [{ name: 'strict', provider: 'bot' }],
          provider_specs: { mock: { type: 'mock' }, bot: AGENT },
        },
      },
      /judge "strict" that is the agent "bot": .*config.arena.yaml/,
    ],
    [
      'summaries by an agent',
      {
        provider: AGENT,
        scenarios: { one: { context_policy: { strategy: 'summarize' } } },
      },
      /context_policy.strategy summarize with the agent "mock"/,
    ],
  ])(
    'refuses %s by name instead of leaving it out',
    async (_, spec, message) => {
      await expect(
        planOf({ scenarios: { one: {} }, ...spec }),
      ).rejects.toMatchObject({
        reason: 'UnsupportedFeature',
        message: expect.stringMatching(message),
      });
    },
  );
});
