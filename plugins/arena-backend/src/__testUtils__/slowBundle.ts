import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A model server that takes its time and counts. */
export interface SlowModel {
  url: string;
  /** Calls received, by content of the last user message. */
  calls: () => number;
  /** Calls that are being answered now. */
  inFlight: () => number;
  close(): Promise<void>;
}

/** Starts a model server that answers `pong` after a delay. */
export async function startSlowModel(delayMs: number): Promise<SlowModel> {
  let calls = 0;
  let inFlight = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      calls += 1;
      inFlight += 1;
      response.once('close', () => {
        inFlight -= 1;
      });
      setTimeout(() => {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            id: 'x',
            object: 'chat.completion',
            created: 1,
            model: 'slow',
            choices: [
              {
                index: 0,
                message: { role: 'assistant', content: 'pong' },
                finish_reason: 'stop',
              },
            ],
            usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
          }),
        );
      }, delayMs);
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls: () => calls,
    inFlight: () => inFlight,
    close: () =>
      new Promise(done => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Writes a bundle with one scenario that asks the given model; `expected` is what its answer must contain. */
export function writeSlowBundle(
  folder: string,
  options: { url: string; expected?: string; concurrency?: number },
): void {
  const api = 'promptkit.altairalabs.ai/v1alpha1';
  const write = (name: string, kind: string, id: string, spec: object) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(
      join(folder, name),
      JSON.stringify({ apiVersion: api, kind, metadata: { name: id }, spec }),
    );
  };
  write('config.arena.yaml', 'Arena', 'slow', {
    prompt_configs: [{ id: 'p', file: 'prompt.yaml' }],
    providers: [{ file: 'provider.yaml' }],
    scenarios: [{ file: 'scenarios/ping.yaml' }],
    defaults: { concurrency: options.concurrency ?? 4, max_tokens: 10 },
  });
  write('prompt.yaml', 'PromptConfig', 'p', {
    task_type: 'ping',
    version: 'v1.0.0',
    description: 'ping',
    system_template: 'Answer.',
  });
  write('provider.yaml', 'Provider', 'slow-model', {
    type: 'openai',
    model: 'slow',
    base_url: options.url,
  });
  write('scenarios/ping.yaml', 'Scenario', 'ping', {
    task_type: 'ping',
    description: 'ping',
    turns: [
      {
        role: 'user',
        content: 'ping',
        assertions: [
          {
            type: 'contains',
            params: { patterns: [options.expected ?? 'pong'] },
          },
        ],
      },
    ],
  });
}
