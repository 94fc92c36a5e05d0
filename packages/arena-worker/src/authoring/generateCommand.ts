import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readConversations,
  readScenarioSettings,
  RegressionOptions,
  RegressionScenarios,
} from '@backstage-arena/arena-engine';
import { toCliError } from '../cli/bundleErrors';
import { findBundle } from '../cli/bundlePath';
import { CliError } from '../cli/errors';
import { callerDirectory, resolveFromCaller } from '../cli/paths';
import { GenerateFlags } from '../commands/generate';
import { writeScenario } from './writeScenario';
import { savedConversationErrors } from './savedConversationErrors';

/** `arena generate` */
export async function generateCommand(flags: GenerateFlags): Promise<void> {
  const scenarios = new RegressionScenarios({
    settings: await readSettings(flags.config),
    take: takenBy(flags.filterPassed),
    checkType: flags.filterEvalType,
    dedup: flags.dedup,
  });
  const inputs = [
    ...(flags.in === undefined ? [] : [flags.in]),
    ...(flags.fromRecordings ?? []),
  ];
  const folder = resolveFromCaller(flags.output);
  let read = 0;
  let made = 0;
  await savedConversationErrors(async () => {
    const base = callerDirectory();
    for (const input of inputs.length > 0 ? inputs : ['out']) {
      for await (const conversation of readConversations(input, { base })) {
        read += 1;
        const scenario = scenarios.make(conversation);
        if (!scenario) continue;
        const name = `${scenario.id}.scenario.yaml`;
        const shown = join(flags.output, name);
        await mkdir(folder, { recursive: true });
        if (await writeScenario(join(folder, name), scenario.yaml, shown)) {
          made += 1;
        }
      }
    }
  });
  for (const warning of scenarios.warnings) {
    process.stderr.write(`warning: ${warning}\n`);
  }
  if (scenarios.unjudged > 0) {
    process.stderr.write(
      `warning: ${scenarios.unjudged} that could not be run ${
        scenarios.unjudged === 1 ? 'is' : 'are'
      } left out: nothing was judged\n`,
    );
  }
  if (read === 0) throw new CliError('There are no saved conversations');
  process.stderr.write(
    `${made} ${made === 1 ? 'scenario' : 'scenarios'} of ${read} ${
      read === 1 ? 'conversation' : 'conversations'
    }\n`,
  );
}

async function readSettings(
  config: string | undefined,
): Promise<RegressionOptions['settings']> {
  if (config === undefined) return undefined;
  const { directory, arenaFile } = await findBundle(config);
  try {
    const settings = await readScenarioSettings(directory, {
      arenaFile,
      compat: true,
    });
    return scenario => settings.get(scenario);
  } catch (error) {
    throw toCliError(error);
  }
}

function takenBy(
  filter: GenerateFlags['filterPassed'],
): RegressionOptions['take'] {
  if (filter === true || filter === 'true') return 'passed';
  return filter === 'any' ? 'all' : 'failed';
}
