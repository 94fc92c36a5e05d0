import { Command, Option } from 'commander';
import { lazy } from '../cli/lazy';

export const TEMPLATES = [
  'basic',
  'tools',
  'rag',
  'agent',
  'workflow',
] as const;

export const LIVE_PROVIDERS = [
  'openai',
  'claude',
  'gemini',
  'ollama',
  'vllm',
] as const;

export interface InitFlags {
  template: (typeof TEMPLATES)[number];
  provider?: (typeof LIVE_PROVIDERS)[number];
}

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('make a new bundle that runs offline')
    .argument(
      '<folder>',
      'folder to make; its name becomes the name of the bundle',
    )
    .addOption(
      new Option('--template <name>', 'what the bundle shows')
        .choices(TEMPLATES)
        .default('basic'),
    )
    .addOption(
      new Option(
        '--provider <type>',
        'also make an arena file for a real model',
      ).choices(LIVE_PROVIDERS),
    )
    .allowExcessArguments(false)
    .action(async (folder: string, flags: InitFlags) => {
      const initCommand = await lazy(
        import('../authoring/initCommand'),
        'initCommand',
      );
      await initCommand(folder, flags);
    });
}
