import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a bundle of one scenario, which asks for the capital of France; its model always gives the same reply. */
export function writeScriptedBundle(folder: string, reply: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (file: string, kind: string, name: string, spec: object) =>
    writeFileSync(
      join(folder, file),
      JSON.stringify({
        apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
        kind,
        metadata: { name },
        spec,
      }),
    );
  write('config.arena.yaml', 'Arena', 'capitals', {
    prompt_configs: [{ id: 'geo', file: 'prompt.yaml' }],
    providers: [{ file: 'model.yaml' }],
    scenarios: [{ file: 'france.yaml' }],
    defaults: { max_tokens: 10 },
  });
  write('prompt.yaml', 'PromptConfig', 'geo', {
    task_type: 'geo',
    version: 'v1.0.0',
    description: 'Knows capitals',
    system_template: 'Answer with a city.',
  });
  write('model.yaml', 'Provider', 'model', {
    type: 'mock',
    model: 'scripted',
    additional_config: { mock_config: 'replies.yaml' },
  });
  write('france.yaml', 'Scenario', 'france', {
    task_type: 'geo',
    description: 'The capital of France',
    turns: [
      {
        role: 'user',
        content: 'What is the capital of France?',
        assertions: [{ type: 'contains', params: { patterns: ['Paris'] } }],
      },
    ],
  });
  writeFileSync(join(folder, 'replies.yaml'), `defaultResponse: ${reply}\n`);
}
