import {
  describePrompt,
  PromptDescription,
} from '@backstage-arena/arena-engine';
import pc from 'picocolors';
import { toCliError } from '../cli/bundleErrors';
import { findBundle } from '../cli/bundlePath';
import { UsageError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { PromptFlags } from '../commands/prompt';

/** `arena prompt` */
export async function promptCommand(flags: PromptFlags): Promise<void> {
  if ((flags.scenario === undefined) === (flags.taskType === undefined)) {
    throw new UsageError('Give either --scenario or --task-type');
  }
  const { directory, arenaFile } = await findBundle(flags.config ?? '.');
  let found: PromptDescription;
  try {
    found = await describePrompt(directory, {
      arenaFile,
      localFiles: true,
      compat: !flags.strict,
      scenarioId: flags.scenario,
      taskType: flags.taskType,
      region: flags.region,
      providerId: flags.provider,
    });
  } catch (error) {
    throw toCliError(error);
  }
  if (flags.json || flags.output === 'json') printJson(found);
  else process.stdout.write(`${describe(found).join('\n')}\n`);
}

function describe(found: PromptDescription): string[] {
  const { bold, yellow } = pc.createColors(
    pc.isColorSupported && process.stdout.isTTY,
  );
  const heading = (text: string, count: number) =>
    bold(count > 0 ? `${text}:` : `${text}: none`);
  return [
    ...origin(found, yellow),
    '',
    bold('System prompt:'),
    ...found.system.split('\n').map(line => `  ${line}`),
    '',
    heading('Variables', found.variables.length),
    ...found.variables.map(
      ({ name, value, source }) =>
        `  ${name} = ${JSON.stringify(value)}  (${source})`,
    ),
    '',
    heading('Tools', found.tools.length),
    ...found.tools.map(({ name, description }) => `  ${name}: ${description}`),
    ...found.mcpServers.map(
      name => `  (and those of the MCP server ${name} that the prompt allows)`,
    ),
    '',
    heading('Guardrails', found.guardrails.length),
    ...found.guardrails.map(
      ({ type, direction, enabled, params }) =>
        `  ${type} on ${direction}${
          enabled ? '' : ', disabled'
        }: ${JSON.stringify(params)}`,
    ),
  ];
}

function origin(
  found: PromptDescription,
  warn: (text: string) => string,
): string[] {
  const { provider, state } = found;
  return [
    `Prompt ${found.taskType || '(without task_type)'}${
      found.file ? ` from ${found.file}` : ''
    }${state === undefined ? '' : `, as state ${state} of the workflow`}`,
    ...(found.stockReason === undefined
      ? []
      : [
          warn(
            `A stock prompt without tools and guardrails is used: ${found.stockReason}`,
          ),
        ]),
    ...(found.unresolved.length === 0
      ? []
      : [
          warn(
            `The template stays as it is: ${found.unresolved.join(
              ', ',
            )} has no value`,
          ),
        ]),
    ...(provider
      ? [
          `Provider ${provider.id} (${[provider.type, provider.model]
            .filter(Boolean)
            .join(', ')}) is ${
            provider.selected ? '' : warn('not ')
          }one of those that it runs on`,
        ]
      : []),
  ];
}
