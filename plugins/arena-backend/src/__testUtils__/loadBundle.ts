import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a bundle whose scenario asks the given model once, with prices: an input token costs 1, an output token 2 of a thousand. */
export function writeLoadBundle(
  folder: string,
  options: { url: string; streaming?: boolean },
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'config.arena.yaml'),
    JSON.stringify({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Arena',
      metadata: { name: 'load' },
      spec: {
        providers: [],
        defaults: { max_tokens: 10 },
        prompt_specs: {
          chat: {
            task_type: 'chat',
            version: 'v1',
            description: 'Chat',
            system_template: 'You help.',
          },
        },
        provider_specs: {
          model: {
            type: 'openai',
            model: 'any',
            base_url: options.url,
            pricing: { input_cost_per_1k: 1, output_cost_per_1k: 2 },
            defaults: { max_tokens: 10 },
          },
        },
        scenario_specs: {
          greets: {
            task_type: 'chat',
            description: 'greets',
            streaming: options.streaming ?? false,
            turns: [
              {
                role: 'user',
                content: 'Hello',
                assertions: [
                  { type: 'contains', params: { patterns: ['ok'] } },
                ],
              },
            ],
          },
        },
      },
    }),
  );
}
