import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a model said to one call. */
export interface Saying {
  kind: 'new' | 'repeated' | 'broken';
  text: string;
}

export interface ForgetfulModel {
  readonly server: MockLlm;
  /** Everything that it said, in order. */
  readonly said: readonly Saying[];
}

/** A model that repeats three of ten answers, and breaks the schema in one of ten. */
export async function startForgetfulModel(options: {
  latencyMs: number;
  /** Where it listens. Default: this machine alone. */
  host?: string;
  /** Never says anything new after so many answers. */
  ideas?: number;
}): Promise<ForgetfulModel> {
  const said: Saying[] = [];
  const fresh: string[] = [];
  const server = await startMockLlm({
    host: options.host,
    latencyMs: options.latencyMs,
    reply: () => {
      const saying = say(said.length, fresh, options.ideas ?? Infinity);
      if (saying.kind === 'new') fresh.push(saying.text);
      said.push(saying);
      return { text: saying.text };
    },
  });
  return { server, said };
}

function say(call: number, fresh: readonly string[], ideas: number): Saying {
  const tenth = call % 10;
  if (tenth === 7) {
    return { kind: 'broken', text: JSON.stringify({ id: 'none', call }) };
  }
  const repeats = tenth === 2 || tenth === 5 || tenth === 9;
  if (fresh.length > 0 && (repeats || fresh.length >= ideas)) {
    const text = fresh[(call * 7919) % fresh.length];
    // The same in other words of JSON.
    const { id, text: words } = JSON.parse(text);
    return {
      kind: 'repeated',
      text: call % 2 === 0 ? text : JSON.stringify({ text: ` ${words} `, id }),
    };
  }
  return {
    kind: 'new',
    text: JSON.stringify({ id: call, text: `Row number ${call}` }),
  };
}

/** Writes a bundle whose one scenario asks a model for rows. */
export function writeRowBundle(
  folder: string,
  options: {
    url: string;
    concurrency: number;
    /** Of a conversation; the last reply is the row. Default: 1. */
    turns?: number;
    /** Of a server of embeddings. */
    vectors?: string;
  },
): void {
  const { turns = 1, vectors } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'config.arena.yaml'),
    JSON.stringify({
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Arena',
      metadata: { name: 'rows' },
      spec: {
        providers: [],
        defaults: { max_tokens: 100, concurrency: options.concurrency },
        prompt_specs: {
          row: {
            task_type: 'row',
            version: 'v1',
            description: 'Makes rows up',
            system_template: 'You make rows up.',
          },
        },
        provider_specs: {
          model: {
            type: 'openai',
            model: 'any',
            base_url: options.url,
            pricing: { input_cost_per_1k: 1, output_cost_per_1k: 2 },
          },
          ...(vectors && {
            vectors: {
              type: 'openai',
              role: 'embedding',
              model: 'any',
              base_url: vectors,
              credential: { api_key: 'key' },
              pricing: { input_cost_per_1k: 1 },
            },
          }),
        },
        scenario_specs: {
          rows: {
            task_type: 'row',
            description: 'A row',
            turns: Array.from({ length: turns }, (_, turn) => ({
              role: 'user',
              content: `Make up row ${turn}.`,
            })),
          },
        },
        row_schema: {
          type: 'object',
          required: ['id', 'text'],
          properties: { id: { type: 'integer' }, text: { type: 'string' } },
        },
      },
    }),
  );
}
