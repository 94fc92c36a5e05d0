import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ItemReport, Transcript } from '@backstage-arena/plugin-arena-common';
import { stringify } from 'yaml';
import { loadBundle } from '../bundle/loadBundle';
import { ExecuteOptions, RunnerOptions } from '../Engine';

const folders: string[] = [];

/** Writes files into a new folder; `removeBundles` deletes it. */
export async function writeBundle(
  files: Record<string, unknown>,
): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'arena-engine-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(
      file,
      typeof content === 'string' ? content : stringify(content),
    );
  }
  return folder;
}

export async function removeBundles(): Promise<void> {
  const all = folders.splice(0);
  await Promise.all(
    all.map(folder => rm(folder, { recursive: true, force: true })),
  );
}

/** An arena file with everything inline: one prompt, one mock provider, the given scenarios. */
export function arena(spec: {
  scenarios?: Record<string, unknown>;
  prompt?: Record<string, unknown>;
  provider?: Record<string, unknown>;
  more?: Record<string, unknown>;
}): Record<string, unknown> {
  const scenarios = Object.entries(spec.scenarios ?? {}).map(
    ([name, scenario]) => [
      name,
      { task_type: 'chat', description: name, ...Object(scenario) },
    ],
  );
  return {
    apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
    kind: 'Arena',
    metadata: { name: 'test' },
    spec: {
      providers: [],
      defaults: {},
      prompt_specs: {
        chat: {
          task_type: 'chat',
          version: 'v1',
          description: 'Chat',
          system_template: 'You help.',
          ...spec.prompt,
        },
      },
      provider_specs: {
        mock: {
          type: 'mock',
          additional_config: { mock_config: 'mock.yaml' },
          ...spec.provider,
        },
      },
      scenario_specs: Object.fromEntries(scenarios),
      ...spec.more,
    },
  };
}

/** Loads a folder and executes one item. */
export async function executeItem(
  folder: string,
  options: Partial<RunnerOptions & ExecuteOptions> & { index?: number } = {},
): Promise<ItemReport & { parsed: Transcript }> {
  const bundle = await loadBundle(folder);
  const plan = bundle.plan(options);
  const runner = await bundle.runner(plan, { compat: false, ...options });
  try {
    const report = await runner.execute(options.index ?? 0, {
      attempt: options.attempt ?? 1,
      signal: options.signal ?? new AbortController().signal,
      beforeCall: options.beforeCall,
    });
    return { ...report, parsed: JSON.parse(report.transcript ?? '{}') };
  } finally {
    await runner.close();
  }
}
