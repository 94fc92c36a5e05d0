import { Bundle, loadBundle } from '@backstage-arena/arena-engine';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  makeWorkingDirectory,
  removeWorkingDirectory,
} from '../archive/workingDirectory';
import { createFiles } from '../authoring/templates/createFiles';
import { manifest } from '../authoring/templates/Template';
import { EXIT } from '../cli/errors';
import { onInterrupt } from '../cli/onInterrupt';
import { printError } from '../cli/printError';
import { pause } from '../worker/backoff';
import { executeItem, toFinishedWork } from '../worker/executeItem';
import { startScriptedModel } from './startScriptedModel';

/** Who was started for something that is there already is told of it within this time. */
const QUIET_MS = 100;
/** More of them gain little. */
const ROUNDS = 20;
const ITEMS = 1_000;
const LANES = 50;
const SCRIPTED = 'providers/scripted.provider.yaml';
const ITEM_TIMEOUT_MS = 10_000;

/** What the process is for. */
export interface RehearseOptions {
  /** Whether it will execute items as well. */
  executes?: boolean;
}

/**
 * Uses the time until there is something to do: loads a small bundle a few times, and runs it against a model server of its own. What the engine sets
 * up when it is first used is there afterwards, and what it does for each file and each item is compiled. When the process is asked to go meanwhile,
 * it goes, and leaves nothing behind.
 *
 * @returns what there is to do.
 */
export async function rehearseUntil<T>(
  work: Promise<T>,
  options: RehearseOptions = {},
): Promise<T> {
  const came = new AbortController();
  const abort = () => came.abort();
  work.then(abort, abort);
  let mustGo: number | undefined;
  const stopListening = onInterrupt({
    first: signal => {
      mustGo = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
      abort();
    },
    again: () => process.exit(mustGo),
  });
  try {
    await pause(QUIET_MS, came.signal);
    if (!came.signal.aborted) await rehearse(came.signal, options);
  } catch (error) {
    // Nobody must count on a process that may not work. Another one, which is not early, tells what is wrong.
    await printError(error);
    process.exit(EXIT.failed);
  } finally {
    stopListening();
  }
  if (mustGo !== undefined) process.exit(mustGo);
  return work;
}

async function rehearse(
  signal: AbortSignal,
  { executes }: RehearseOptions,
): Promise<void> {
  const directory = await makeWorkingDirectory();
  const clean = () => removeWorkingDirectory(directory);
  // Its parent may die meanwhile, or whoever stopped it lose patience.
  process.once('exit', clean);
  let model: Awaited<ReturnType<typeof startScriptedModel>> | undefined;
  try {
    if (executes) model = await startScriptedModel();
    const files = createFiles('rehearsal', { template: 'tools' });
    if (model) files[SCRIPTED] = provider(model.url);
    for (const [file, text] of Object.entries(files)) {
      const target = join(directory, file);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    for (let round = 0; round < ROUNDS && !signal.aborted; round += 1) {
      const bundle = await loadBundle(directory);
      bundle.plan({});
    }
    if (model && !signal.aborted)
      await execute(await loadBundle(directory), signal);
  } finally {
    model?.stop();
    process.off('exit', clean);
    clean();
  }
}

function provider(url: string): string {
  return manifest(
    'Provider',
    'scripted',
    `
type: openai
model: scripted
base_url: ${url}
credential: { api_key: none-is-needed }
capabilities: [text, streaming, tools, json]
`,
  );
}

async function execute(bundle: Bundle, signal: AbortSignal): Promise<void> {
  const plan = bundle.plan({});
  const runner = await bundle.runner(plan, { compat: false });
  let count = 0;
  let works = true;
  const lane = async () => {
    while (works && count < ITEMS && !signal.aborted) {
      const index = count % plan.total;
      count += 1;
      const report = await executeItem({
        runner,
        work: { index, attempt: 1 },
        signal,
        mayCall: async () => {},
        itemTimeoutMs: ITEM_TIMEOUT_MS,
      });
      if (report) toFinishedWork(report);
      // Whatever keeps it from reaching a server of its own: there is nothing to learn by trying again.
      works = report !== undefined && report.status !== 'errored';
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    await runner.close();
  }
}
