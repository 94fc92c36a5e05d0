import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { TOOL } from './profile';

const API = 'promptkit.altairalabs.ai/v1alpha1';

const manifest = (kind: string, name: string, spec: object) =>
  stringify({ apiVersion: API, kind, metadata: { name }, spec });

export interface BenchBundle {
  directory: string;
  remove(): Promise<void>;
}

/**
 * Writes a bundle of single-turn scenarios with one check each. Each scenario and provider is a file of its own, as people write them.
 *
 * @param options.url - base address of the model server
 */
export async function makeBundle(options: {
  url: string;
  scenarios: number;
  providers: number;
  /** Streamed, with a tool. */
  streaming?: boolean;
  /** Items in flight of one process. */
  concurrency?: number;
}): Promise<BenchBundle> {
  const directory = await mkdtemp(join(tmpdir(), 'arena-bench-bundle-'));
  const write = (file: string, content: string) =>
    writeFile(join(directory, file), content);
  for (const folder of ['scenarios', 'providers', 'prompts', 'tools']) {
    await mkdir(join(directory, folder));
  }
  const scenarios = Array.from(
    { length: options.scenarios },
    (_, n) => `s${String(n).padStart(4, '0')}`,
  );
  const providers = Array.from(
    { length: options.providers },
    (_, n) => `p${n}`,
  );
  await Promise.all(
    scenarios.map(name =>
      write(
        `scenarios/${name}.yaml`,
        manifest('Scenario', name, {
          task_type: 'chat',
          description: `Asks question ${name}`,
          streaming: options.streaming ?? false,
          turns: [
            {
              role: 'user',
              content: `Question ${name}: what is the answer to everything?`,
              assertions: [
                options.streaming
                  ? { type: 'tools_called', params: { tools: [TOOL] } }
                  : { type: 'contains', params: { patterns: ['42'] } },
              ],
            },
          ],
        }),
      ),
    ),
  );
  await Promise.all(
    providers.map(name =>
      write(
        `providers/${name}.yaml`,
        manifest('Provider', name, {
          type: 'openai',
          model: `model-${name}`,
          base_url: options.url,
          credential: { api_key: 'sk-benchmark' },
          pricing: { input_cost_per_1k: 0.001, output_cost_per_1k: 0.002 },
        }),
      ),
    ),
  );
  await write(
    'prompts/chat.yaml',
    manifest('PromptConfig', 'chat', {
      task_type: 'chat',
      version: '1',
      description: 'Answers questions',
      system_template: 'You answer questions of {{region}} in one sentence.',
      allowed_tools: options.streaming ? [TOOL] : [],
    }),
  );
  await write(
    'tools/weather.yaml',
    manifest('Tool', TOOL, {
      description: 'The weather of a city',
      mode: 'mock',
      input_schema: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
      },
      output_schema: { type: 'object' },
      mock_result: { temperature: 7, sky: 'clear' },
    }),
  );
  await write(
    'config.arena.yaml',
    manifest('Arena', 'bench', {
      prompt_configs: [{ id: 'chat', file: 'prompts/chat.yaml' }],
      providers: providers.map(name => ({ file: `providers/${name}.yaml` })),
      scenarios: scenarios.map(name => ({ file: `scenarios/${name}.yaml` })),
      tools: [{ file: 'tools/weather.yaml' }],
      defaults: { concurrency: options.concurrency },
    }),
  );
  return {
    directory,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
