import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a bundle of scenarios that make one call each, to be answered by what was said.
 *
 * @param {string} directory
 * @param {{ llmUrl: string, scenarios: number, concurrency: number }} options - `concurrency`: items in flight per worker
 */
export async function writeEchoBundle(directory, options) {
  const { llmUrl, scenarios, concurrency } = options;
  const envelope = (kind, name, spec) =>
    JSON.stringify({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind,
      metadata: { name },
      spec,
    });
  const names = Array.from({ length: scenarios }, (_, i) => `echo-${i}`);
  await mkdir(path.join(directory, 'scenarios'), { recursive: true });
  const write = (file, text) => writeFile(path.join(directory, file), text);
  await write(
    'config.arena.yaml',
    envelope('Arena', 'echo', {
      prompt_configs: [{ id: 'echo', file: 'prompt.yaml' }],
      providers: [{ file: 'provider.yaml' }],
      scenarios: names.map(name => ({ file: `scenarios/${name}.yaml` })),
      defaults: { concurrency },
    }),
  );
  await write(
    'prompt.yaml',
    envelope('PromptConfig', 'echo', {
      task_type: 'echo',
      version: '1.0.0',
      description: 'Repeats what was said',
      system_template: 'Repeat what the user says.',
    }),
  );
  await write(
    'provider.yaml',
    envelope('Provider', 'echo-model', {
      type: 'openai',
      model: 'echo',
      base_url: llmUrl,
      defaults: { temperature: 0, max_tokens: 50, top_p: 1 },
    }),
  );
  for (const name of names) {
    await write(
      `scenarios/${name}.yaml`,
      envelope('Scenario', name, {
        task_type: 'echo',
        description: 'One call',
        turns: [
          {
            role: 'user',
            content: `This is ${name}`,
            assertions: [
              { type: 'content_includes', params: { patterns: [name] } },
            ],
          },
        ],
      }),
    );
  }
}
