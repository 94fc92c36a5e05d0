import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CONCURRENCY } from './workloads.mjs';

/** What the user says in a turn; the model is known to be asked for that. */
export function saying(scenario, turn) {
  return `Turn ${turn} of ${scenario}`;
}

/**
 * Writes the bundle of a workload: each turn is one call, answered by what was said; those that fail wait for something else.
 *
 * @param {string} directory
 * @param {{ url: string, workload: import('./workloads.mjs').Workload }} options - `url`: of the model
 */
export async function writeBundle(directory, { url, workload }) {
  const { kind, name, scenarios } = workload;
  const spec = {
    providers: [],
    defaults: { max_tokens: 50, concurrency: CONCURRENCY },
    prompt_specs: {
      echo: {
        task_type: 'echo',
        version: 'v1',
        description: 'Says something',
        system_template: 'Say something.',
      },
    },
    provider_specs: {
      model: {
        type: 'openai',
        model: 'any',
        base_url: url,
        pricing: { input_cost_per_1k: 1, output_cost_per_1k: 2 },
      },
    },
    scenario_specs: Object.fromEntries(
      scenarios.map(scenario => [scenario.id, scenarioSpec(scenario)]),
    ),
    ...(kind === 'datagen' && {
      row_schema: {
        type: 'object',
        required: ['id', 'text'],
        properties: { id: { type: 'integer' }, text: { type: 'string' } },
      },
    }),
  };
  await mkdir(directory, { recursive: true });
  await writeFile(
    path.join(directory, 'config.arena.yaml'),
    JSON.stringify({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Arena',
      metadata: { name },
      spec,
    }),
  );
}

function scenarioSpec({ id, turns, fails }) {
  return {
    task_type: 'echo',
    description: 'Says something',
    turns: Array.from({ length: turns }, (_, turn) => ({
      role: 'user',
      content: saying(id, turn),
      // Rows are judged by their schema.
      ...(id !== 'rows' && {
        assertions: [
          {
            type: 'content_includes',
            params: { patterns: [fails ? 'what nobody says' : id] },
          },
        ],
      }),
    })),
  };
}
