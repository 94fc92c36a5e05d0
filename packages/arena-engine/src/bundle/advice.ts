import { BundleProblem } from '../Engine';
import { BundleContent } from './BundleContent';

const IGNORED_PROVIDER_FIELDS = [
  'stream_retry',
  'stream_max_concurrent',
  'include_raw_output',
] as const;

/** Names what a bundle says without effect, so that nobody relies on it. */
export function adviseOn(content: BundleContent): BundleProblem[] {
  const advice: BundleProblem[] = [];
  const warn = (file: string, field: string, message: string) =>
    advice.push({ severity: 'warning', file, field, message });
  const { arena, arenaFile } = content;

  if (arena.defaults.fail_on) {
    warn(arenaFile, 'spec.defaults.fail_on', 'fail_on has no effect');
  }
  if (arena.judge_defaults) {
    warn(arenaFile, 'spec.judge_defaults', 'judge_defaults has no effect');
  }
  const known = new Set(content.providers.map(provider => provider.id));
  for (const scenario of content.scenarios) {
    const file = scenario.file ?? arenaFile;
    const { spec } = scenario;
    if (spec.task_type && !content.prompts.has(spec.task_type)) {
      warn(
        file,
        'spec.task_type',
        `No prompt has the task_type "${spec.task_type}": a stock prompt without tools and guardrails is used`,
      );
    }
    if (spec.id !== undefined && spec.id !== scenario.id) {
      warn(
        file,
        'spec.id',
        `spec.id "${spec.id}" has no effect: the name is "${scenario.id}"`,
      );
    }
    for (const field of ['mode', 'constraints'] as const) {
      if (spec[field]) warn(file, `spec.${field}`, `${field} has no effect`);
    }
    for (const id of spec.providers ?? []) {
      if (!known.has(id)) {
        warn(file, 'spec.providers', `Provider "${id}" does not exist`);
      }
    }
  }
  for (const provider of content.providers) {
    for (const field of IGNORED_PROVIDER_FIELDS) {
      if (provider.spec[field]) {
        warn(
          provider.file ?? arenaFile,
          `spec.${field}`,
          `${field} has no effect`,
        );
      }
    }
  }
  for (const prompt of content.prompts.values()) {
    if (prompt.spec.model_overrides) {
      warn(
        prompt.file ?? arenaFile,
        'spec.model_overrides',
        'model_overrides has no effect',
      );
    }
    for (const name of prompt.spec.allowed_tools ?? []) {
      const isKnown = name.endsWith('*')
        ? [...content.tools.keys()].some(tool =>
            tool.startsWith(name.slice(0, -1)),
          )
        : content.tools.has(name);
      if (!isKnown) {
        warn(
          prompt.file ?? arenaFile,
          'spec.allowed_tools',
          `No tool of the bundle is called "${name}"`,
        );
      }
    }
  }
  return advice;
}
