import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmTool } from './npmTool';
import { runTool } from './runTool';

export const PROMPTFOO_VERSION = '0.123.1';

/** Quiet, without a cache, and with nobody asked over the network but the model server. */
const SETTINGS = {
  PROMPTFOO_DISABLE_TELEMETRY: '1',
  PROMPTFOO_DISABLE_UPDATE: '1',
  PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  PROMPTFOO_DISABLE_SHARING: '1',
  PROMPTFOO_CACHE_ENABLED: 'false',
};

/** Runs the items of the benchmark with promptfoo. */
export interface Promptfoo {
  /** @returns what looks whether all items have passed, and clears up: that takes time of its own */
  evaluate(options: {
    url: string;
    scenarios: number;
    providers: number;
    inFlight: number;
  }): Promise<() => Promise<void>>;
}

/** Installs it the first time. */
export async function promptfoo(): Promise<Promptfoo> {
  const home = await npmTool({
    name: 'promptfoo',
    version: PROMPTFOO_VERSION,
    takes: 'some minutes',
  });
  const manifest = JSON.parse(
    await readFile(join(home, 'node_modules/promptfoo/package.json'), 'utf8'),
  );
  const program = join(home, 'node_modules/promptfoo', manifest.bin.promptfoo);
  return {
    async evaluate({ url, scenarios, providers, inFlight }) {
      const folder = await mkdtemp(join(tmpdir(), 'arena-bench-promptfoo-'));
      await writeConfig(folder, { url, scenarios, providers });
      const results = join(folder, 'results.json');
      await runTool(
        process.execPath,
        [
          ...[program, 'eval', '-c', join(folder, 'promptfooconfig.json')],
          ...['--output', results, '--max-concurrency', String(inFlight)],
          ...['--no-cache', '--no-table', '--no-progress-bar', '--no-write'],
          '--no-share',
        ],
        // Its database and its logs go where the results go.
        { cwd: folder, env: { ...SETTINGS, PROMPTFOO_CONFIG_DIR: folder } },
      );
      return async () => {
        await assertPassed(results, scenarios * providers);
        await rm(folder, { recursive: true });
      };
    },
  };
}

/** The same conversations and checks as those of the bundle. */
async function writeConfig(
  folder: string,
  {
    url,
    scenarios,
    providers,
  }: { url: string; scenarios: number; providers: number },
): Promise<void> {
  await writeFile(
    join(folder, 'prompt.json'),
    JSON.stringify([
      {
        role: 'system',
        content: 'You answer questions of default in one sentence.',
      },
      {
        role: 'user',
        content: 'Question {{question}}: what is the answer to everything?',
      },
    ]),
  );
  await writeFile(
    join(folder, 'promptfooconfig.json'),
    JSON.stringify({
      description: 'Benchmark',
      sharing: false,
      prompts: ['file://prompt.json'],
      providers: Array.from({ length: providers }, (_, n) => ({
        id: `openai:chat:model-p${n}`,
        label: `p${n}`,
        config: { apiBaseUrl: url, apiKey: 'sk-benchmark' },
      })),
      tests: Array.from({ length: scenarios }, (_, n) => ({
        vars: { question: `s${String(n).padStart(4, '0')}` },
        assert: [{ type: 'contains', value: '42' }],
      })),
    }),
  );
}

async function assertPassed(file: string, items: number): Promise<void> {
  const { results } = JSON.parse(await readFile(file, 'utf8'));
  const { successes, failures, errors } = results.stats;
  if (successes !== items) {
    throw new Error(
      `promptfoo: ${successes} of ${items} items passed, ${failures} failed, ${errors} had errors`,
    );
  }
}
