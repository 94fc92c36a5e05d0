import pc from 'picocolors';
import { lazy } from './lazy';
import { CliError } from './errors';

/** One clear line, and the details below it. A stack only for faults of ours. */
export async function printError(error: unknown): Promise<void> {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  const label = pc.createColors(pc.isColorSupported && process.stderr.isTTY);
  if (error instanceof CliError) {
    write(`${label.red('error:')} ${error.message}`);
    for (const detail of error.details) write(`  ${detail}`);
    return;
  }
  const describeResponseError = await lazy(
    import('../portal/responseErrors'),
    'describeResponseError',
  );
  const described = describeResponseError(error);
  if (described) {
    write(`${label.red('error:')} ${described.message}`);
    for (const detail of described.details) write(`  ${detail}`);
    return;
  }
  write(
    `${label.red('error:')} ${
      error instanceof Error ? error.stack ?? error.message : String(error)
    }`,
  );
}
