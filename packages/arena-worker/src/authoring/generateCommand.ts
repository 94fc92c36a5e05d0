import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
        const found = await writeNew(join(folder, name), scenario.yaml);
        if (found === undefined) {
          made += 1;
          process.stdout.write(`${shown}\n`);
        } else if (found === scenario.yaml) {
          process.stderr.write(`${shown} is there already\n`);
        } else {
          process.stderr.write(
            `warning: ${shown} is left as it is: it differs from what would be written; move it, or name another --output\n`,
          );
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

/**
 * Writes a file unless there is one: somebody may have worked on it since an earlier call.
 *
 * @returns what is there already
 */
async function writeNew(
  path: string,
  text: string,
): Promise<string | undefined> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFile(path, 'utf8');
  }
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
