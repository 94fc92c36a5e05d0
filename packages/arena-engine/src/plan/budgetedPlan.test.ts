import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { PlanOptions } from '../Engine';

afterEach(removeBundles);

const priced = { input_cost_per_1k: 1, output_cost_per_1k: 2 };
const model = (spec: object = {}) => ({
  type: 'openai',
  model: 'm',
  pricing: priced,
  defaults: { max_tokens: 10 },
  ...spec,
});

async function plan(
  spec: {
    model?: object;
    judge?: object;
    player?: object;
    scenario?: object;
  },
  options: PlanOptions = { hasBudget: true },
): Promise<number> {
  const providers = {
    judge: { type: 'mock', ...spec.judge },
    player: { type: 'mock', ...spec.player },
  };
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        talk: { turns: [{ role: 'user', content: 'Hi' }], ...spec.scenario },
      },
      more: {
        provider_specs: { model: model(spec.model) },
        providers: Object.keys(providers).map(id => ({
          file: `${id}.yaml`,
          group: 'roles',
        })),
        judges: [{ name: 'strict', provider: 'judge' }],
        self_play: {
          persona_specs: { calm: { system_prompt: 'Play.' } },
          roles: [{ id: 'guest', provider: 'player' }],
        },
      },
    }),
    ...Object.fromEntries(
      Object.entries(providers).map(([name, provider]) => [
        `${name}.yaml`,
        {
          apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
          kind: 'Provider',
          metadata: { name },
          spec: provider,
        },
      ]),
    ),
  });
  return (await loadBundle(folder)).plan(options).total;
}

const refused = (...given: Parameters<typeof plan>) =>
  plan(...given).then(
    () => undefined,
    ({ reason, message }) => `${reason}: ${message}`,
  );

describe('a plan within a budget', () => {
  it('is made where everything has a price', async () => {
    expect(await plan({})).toBe(1);
    expect(await plan({ judge: model(), player: model() })).toBe(1);
  });

  it('names the provider that has none, whatever its part is', async () => {
    for (const [part, id] of [
      ['model', 'model'],
      ['judge', 'judge'],
      ['player', 'player'],
    ]) {
      const unpriced = model({ pricing: { input_cost_per_1k: 1 } });
      expect(await refused({ [part]: unpriced })).toBe(
        `NoPrice: Provider "${id}" cannot be used within a budget: it has no prices; set pricing.input_cost_per_1k and pricing.output_cost_per_1k`,
      );
      expect(await refused({ [part]: model({ defaults: {} }) })).toBe(
        `NoPrice: Provider "${id}" cannot be used within a budget: its replies have no longest length; set defaults.max_tokens`,
      );
    }
    expect(
      await refused({
        player: { type: 'agent', base_url: 'ws://agent.example.com' },
      }),
    ).toMatch(/^NoPrice: Provider "player" .* nobody knows what an agent/);
  });

  it.each<[string, Parameters<typeof plan>[1]]>([
    ['an evaluation', { hasBudget: true }],
    ['a load test', { loadTest: { mix: [], hasBudget: true } }],
    ['data generation', { dataGen: { seed: 1, hasBudget: true } }],
  ])('names the scenario of %s that has media', async (_, options) => {
    const say = (...types: string[]) => ({
      turns: [
        { role: 'user', content: 'Hi' },
        {
          role: 'user',
          parts: types.map(type =>
            type === 'text'
              ? { type, text: 'What is it?' }
              : { type, media: { url: 'https://example.com/it' } },
          ),
        },
      ],
    });
    for (const type of ['image', 'video', 'audio', 'document']) {
      expect(await refused({ scenario: say('text', type) }, options)).toBe(
        `NoPrice: Scenario "talk" cannot be used within a budget: turns[1].parts has a part of type ${type}, and nobody knows what it costs at most; allowed are parts of type text`,
      );
    }
    expect(await refused({ scenario: say('text') }, options)).toBeUndefined();
    expect(await plan({ scenario: say('image') }, {})).toBe(1);
  });

  it('is not asked about prices without one', async () => {
    expect(await plan({ judge: model({ pricing: {} }) }, {})).toBe(1);
  });
});
