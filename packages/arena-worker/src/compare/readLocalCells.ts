import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CountedCell, isJudged } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { CliError } from '../cli/errors';

const itemSchema = z.object({
  scenario: z.string(),
  provider: z.string(),
  region: z.string(),
  variant: z.int().min(0),
  trial: z.int().min(0),
  status: z.enum(['passed', 'failed', 'errored']),
  error: z.object({}).optional(),
});

const resultsSchema = z.object({ items: z.array(itemSchema) });

/** True for what is a folder of results, or a file of them, on this machine. */
export function isLocal(path: string): boolean {
  return (
    existsSync(path) &&
    (path.endsWith('.json') || existsSync(join(path, 'results.json')))
  );
}

/**
 * How many items of each cell passed, by the results of `arena run`. They do not have the content of scenarios: those of the same id are
 * taken for the same.
 *
 * @throws CliError
 */
export async function readLocalCells(path: string): Promise<CountedCell[]> {
  const file = (await stat(path)).isDirectory()
    ? join(path, 'results.json')
    : path;
  let results: unknown;
  try {
    results = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliError(`${file} cannot be read as results: ${error}`);
  }
  const parsed = resultsSchema.safeParse(results);
  if (!parsed.success) {
    const [{ path: at, message }] = parsed.error.issues;
    throw new CliError(
      `${file} has no results as 'arena run' writes them: ${at.join(
        '.',
      )}: ${message}`,
    );
  }
  const cells = new Map<string, CountedCell>();
  for (const item of parsed.data.items) {
    const { scenario, provider, region, variant } = item;
    const name = JSON.stringify([scenario, provider, region, variant]);
    let cell = cells.get(name);
    if (!cell) {
      cell = {
        scenario,
        scenarioKey: scenario,
        provider,
        region,
        variant,
        judged: 0,
        passed: 0,
      };
      cells.set(name, cell);
    }
    if (!isJudged(item)) continue;
    cell.judged += 1;
    if (item.status === 'passed') cell.passed += 1;
  }
  return [...cells.values()];
}
