import {
  CheckExplanation,
  explainCheck,
  listChecks,
} from '@backstage-arena/arena-engine';
import { stringify } from 'yaml';
import { z } from 'zod/v4';
import { CliError } from '../cli/errors';
import { OutputOption, printJson } from '../cli/outputOption';

/** As much of a JSON Schema as is shown. */
const shownSchema = z.looseObject({
  properties: z
    .record(
      z.string(),
      z.looseObject({
        type: z.union([z.string(), z.array(z.string())]).optional(),
        description: z.string().optional(),
        enum: z.array(z.unknown()).optional(),
      }),
    )
    .optional(),
  required: z.array(z.string()).optional(),
});

/** `arena explain` */
export function explainCommand(
  name: string | undefined,
  flags: OutputOption,
): void {
  if (name === undefined) {
    const names = listChecks();
    if (flags.output === 'json') printJson(names);
    else process.stdout.write(`${names.join('\n')}\n`);
    return;
  }
  let explanation: CheckExplanation;
  try {
    explanation = explainCheck(name);
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
  if (flags.output === 'json') printJson(explanation);
  else process.stdout.write(`${describe(explanation)}\n`);
}

function describe(check: CheckExplanation): string {
  const also =
    check.aliases.length > 0 ? ` (also ${check.aliases.join(', ')})` : '';
  const example = stringify([{ type: check.type, params: check.example }]);
  return [
    `${check.type}${also}`,
    check.summary,
    '',
    `Reads:  ${check.reads}`,
    `Score:  ${check.scoring}`,
    ...parameters(check),
    '',
    'Example:',
    ...example
      .trimEnd()
      .split('\n')
      .map(line => `  ${line}`),
    ...check.quirks.flatMap(({ compatible, strict }) => [
      '',
      `As the original: ${compatible}`,
      `Strict: ${strict}`,
    ]),
  ].join('\n');
}

function parameters(check: CheckExplanation): string[] {
  const { properties = {}, required = [] } = shownSchema.parse(
    check.parameters,
  );
  const names = Object.keys(properties);
  if (names.length === 0) return ['Parameters: none'];
  const width = Math.max(...names.map(({ length }) => length));
  return [
    'Parameters:',
    ...names.map(name => {
      const { type, description, enum: values } = properties[name];
      const shape = values
        ? values.join(' | ')
        : [type ?? 'any'].flat().join(' or ');
      const must = required.includes(name) ? ', required' : '';
      return `  ${name.padEnd(width)}  ${shape}${must}${
        description ? `: ${description}` : ''
      }`;
    }),
  ];
}
