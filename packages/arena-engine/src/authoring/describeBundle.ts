import { lintBundle } from '../bundle/lintBundle';
import { readLeniently } from '../bundle/readBundle';
import { BundleProblem, LoadBundleOptions } from '../Engine';

/** What a bundle consists of, as far as it can be read. @public */
export interface BundleDescription {
  /** Path within the bundle. */
  arenaFile: string;
  /** In the order of their places. */
  problems: BundleProblem[];
  /** Sorted by id, as the providers. A `file` is absent for what stands in the arena file. */
  scenarios: Array<{
    id: string;
    file?: string;
    description: string;
    taskType?: string;
    turns: number;
    providerGroup: string;
    labels: Record<string, string>;
  }>;
  providers: Array<{
    id: string;
    file?: string;
    type: string;
    model?: string;
    group: string;
  }>;
  prompts: Array<{ taskType: string; file?: string }>;
  tools: Array<{ name: string; file?: string }>;
  personas: Array<{ id: string; file?: string }>;
}

/**
 * Tells what is in a bundle, and everything that can be said against it. A broken bundle is an answer.
 *
 * @public
 */
export async function describeBundle(
  directory: string,
  options: Pick<LoadBundleOptions, 'arenaFile'> = {},
): Promise<BundleDescription> {
  const { content } = await readLeniently(directory, options);
  const problems = await lintBundle(directory, options);
  return {
    arenaFile: options.arenaFile ?? 'config.arena.yaml',
    problems,
    scenarios: (content?.scenarios ?? []).map(({ id, file, spec, labels }) => ({
      id,
      file,
      description: spec.description,
      taskType: spec.task_type,
      turns: spec.turns?.length ?? 0,
      providerGroup: spec.provider_group || 'default',
      labels,
    })),
    providers: (content?.providers ?? []).map(({ id, file, group, spec }) => ({
      id,
      file,
      type: spec.type,
      model: spec.model,
      group,
    })),
    prompts: [...(content?.prompts ?? [])].map(([taskType, { file }]) => ({
      taskType,
      file,
    })),
    tools: [...(content?.tools.values() ?? [])].map(({ name, file }) => ({
      name,
      file,
    })),
    personas: [...(content?.personas.values() ?? [])].map(({ id, file }) => ({
      id,
      file,
    })),
  };
}
