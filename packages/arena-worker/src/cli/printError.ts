import pc from 'picocolors';
import { lazy } from './lazy';
import { CliError } from './errors';

/** One clear line, and the details below it. A stack only for faults of ours. */
export async function printError(
  error: unknown,
  options: { place?: string } = {},
): Promise<void> {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  const colors = pc.createColors(pc.isColorSupported && process.stderr.isTTY);
  const label = `${colors.red('error:')}${
    options.place ? ` ${options.place}:` : ''
  }`;
  if (error instanceof CliError) {
    write(`${label} ${error.message}`);
    for (const detail of error.details) write(`  ${detail}`);
    return;
  }
  const describeResponseError = await lazy(
    import('../portal/responseErrors'),
    'describeResponseError',
  );
  const described = describeResponseError(error);
  if (described) {
    write(`${label} ${described.message}`);
    for (const detail of described.details) write(`  ${detail}`);
    return;
  }
  write(
    `${label} ${
      error instanceof Error ? error.stack ?? error.message : String(error)
    }`,
  );
}
