import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERDICT = JSON.stringify({ passed: true, score: 1, reasoning: 'Good.' });

/** One server that is under test, plays the user and judges. */
export function startPricedModel(latencyMs: number): Promise<MockLlm> {
  return startMockLlm({
    latencyMs,
    reply: ({ model }) => ({
      text: model === 'judge' ? VERDICT : `I am the ${model}, and say so.`,
    }),
  });
}

/** What the server charges for everything that it was asked, by the prices of the bundle. */
export function chargedBy({ calls }: Pick<MockLlm, 'calls'>): number {
  return calls.reduce(
    (sum, { usage }) =>
      sum + (usage ? usage.input / 1_000 + usage.output / 4_000 : 0),
    0,
  );
}

/** Writes a bundle whose one scenario takes six calls: two of each, of the model under test, of a user that is played, and of a judge. */
export function writePricedBundle(
  folder: string,
  options: { url: string; concurrency: number; judgeHasPrice?: boolean },
): void {
  const { url, concurrency, judgeHasPrice = true } = options;
  const pricing = { input_cost_per_1k: 1, output_cost_per_1k: 0.25 };
  const provider = (model: string, isPriced = true) => ({
    type: 'openai',
    model,
    base_url: url,
    ...(isPriced && { pricing }),
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'config.arena.yaml'),
    JSON.stringify({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Arena',
      metadata: { name: 'priced' },
      spec: {
        defaults: { concurrency, max_tokens: 20 },
        providers: [
          { file: 'guest.yaml', group: 'roles' },
          { file: 'judge.yaml', group: 'roles' },
        ],
        provider_specs: { model: provider('model') },
        judges: [{ name: 'judge', provider: 'judge' }],
        self_play: {
          persona_specs: { calm: { system_prompt: 'Play a guest.' } },
          roles: [{ id: 'guest', provider: 'guest' }],
        },
        prompt_specs: {
          chat: {
            task_type: 'chat',
            version: 'v1',
            description: 'Chat',
            system_template: 'You help.',
          },
        },
        scenario_specs: {
          talk: {
            task_type: 'chat',
            description: 'A guest talks.',
            turns: [
              {
                role: 'guest',
                persona: 'calm',
                turns: 2,
                assertions: [
                  { type: 'llm_judge', params: { criteria: 'It is kind.' } },
                ],
              },
            ],
          },
        },
      },
    }),
  );
  for (const [name, isPriced] of [
    ['guest', true],
    ['judge', judgeHasPrice],
  ] as const) {
    writeFileSync(
      join(folder, `${name}.yaml`),
      JSON.stringify({
        apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
        kind: 'Provider',
        metadata: { name },
        spec: provider(name, isPriced),
      }),
    );
  }
}
