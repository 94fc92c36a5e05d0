import { createReadStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { rowScenario } from '@backstage-arena/plugin-arena-common/datagen';
import { stringify } from 'yaml';
import { CliError } from '../cli/errors';
import { resolveFromCaller } from '../cli/paths';
import { RowsToScenariosFlags } from '../commands/rows';
import { writeScenario } from './writeScenario';

const NAMES = ['data.jsonl', 'data.json'];

/** `arena rows to-scenarios` */
export async function rowsToScenarios(
  flags: RowsToScenariosFlags,
): Promise<void> {
  const limit = readLimit(flags.limit);
  if (!/^[a-z0-9][-a-z0-9]*$/.test(flags.prefix)) {
    throw new CliError(
      `--prefix: '${flags.prefix}' is not allowed: give small letters, digits and '-'`,
    );
  }
  const file = await findRows(flags.in);
  const folder = resolveFromCaller(flags.output);
  await mkdir(folder, { recursive: true });
  let read = 0;
  let made = 0;
  for await (const row of readRows(file)) {
    if (read >= limit) break;
    read += 1;
    const id = `${flags.prefix}-${read}`;
    const name = `${id}.scenario.yaml`;
    const yaml = stringify(toScenario(row, id, flags), { lineWidth: 0 });
    if (
      await writeScenario(join(folder, name), yaml, join(flags.output, name))
    ) {
      made += 1;
    }
  }
  if (read === 0) throw new CliError(`'${flags.in}' has no rows`);
  process.stderr.write(
    `${made} ${made === 1 ? 'scenario' : 'scenarios'} of ${read} ${
      read === 1 ? 'row' : 'rows'
    }; name them under scenarios in the arena file\n`,
  );
}

function toScenario(
  row: JsonObject,
  id: string,
  { taskType, text, label }: RowsToScenariosFlags,
) {
  try {
    return rowScenario(row, { id, taskType, text, labels: label });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new CliError(
      `${text === undefined ? '' : '--text: '}${error.message}`,
    );
  }
}

async function findRows(given: string): Promise<string> {
  const path = resolveFromCaller(given);
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile()) {
    if (['.jsonl', '.json'].includes(extname(path))) return path;
    throw new CliError(
      `--in: '${given}' cannot be read: allowed are ${NAMES.join(' and ')}`,
    );
  }
  for (const name of info ? NAMES : []) {
    const file = join(path, name);
    if (await stat(file).catch(() => undefined)) return file;
  }
  throw new CliError(`--in: '${given}' has neither ${NAMES.join(' nor ')}`);
}

async function* readRows(file: string): AsyncGenerator<JsonObject> {
  if (extname(file) === '.json') {
    const rows: unknown = parse(await readFile(file, 'utf8'), file);
    if (!Array.isArray(rows))
      throw new CliError(`'${file}' is no list of rows`);
    yield* rows.map((row, index) => checkRow(row, `${file}, row ${index + 1}`));
    return;
  }
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    number += 1;
    if (line.trim() === '') continue;
    const where = `${file}:${number}`;
    yield checkRow(parse(line, where), where);
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(
      `'${where}' is not JSON: ${
        error instanceof Error ? error.message : error
      }`,
    );
  }
}

function checkRow(value: unknown, where: string): JsonObject {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new CliError(`'${where}' is no row: rows are JSON objects`);
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CliError(
    `--limit: '${text}' is not allowed: give a whole number from 1 on`,
  );
}
