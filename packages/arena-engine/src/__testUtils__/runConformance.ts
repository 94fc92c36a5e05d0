// Runs `arena run` over every bundle of a corpus and compares each item and each exit status: `yarn conformance [DIR]`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  CorpusRun,
  differences,
  ORIGINAL_CORPUS,
  Outcome,
  OWN_CORPUS,
  readCorpus,
} from './corpus';

const ARENA = path.resolve(__dirname, '../../../arena-worker/bin/arena');
const PARALLEL = 2;

interface Row {
  scenario: string;
  provider: string;
  variant: number;
  trial: number;
  status: 'passed' | 'failed' | 'errored';
  message?: string;
}

async function runCommand(run: CorpusRun): Promise<Outcome & { log: string }> {
  const out = await mkdtemp(path.join(os.tmpdir(), 'arena-conformance-'));
  try {
    const { INIT_CWD: _, ...env } = process.env;
    const child = spawn(
      process.execPath,
      [
        ...[ARENA, 'run', '-c', run.config, '--ci', '-o', out],
        ...['--formats', 'json', ...run.args],
        ...(run.strict ? ['--strict'] : []),
      ],
      { cwd: run.directory, env, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    child.stderr.setEncoding('utf8').on('data', text => {
      log += text;
    });
    const [code, signal] = await once(child, 'close');
    return { exit: code ?? `signal ${signal}`, items: await read(out), log };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function read(out: string): Promise<Outcome['items']> {
  const file = path.join(out, 'results.json');
  // A bundle that was refused has no results.
  if (!existsSync(file)) return [];
  const { items }: { items: Row[] } = JSON.parse(await readFile(file, 'utf8'));
  return (
    items
      // Several trials of a cell count as its first one.
      .filter(({ trial, variant }) => trial === 0 && variant === 0)
      .map(({ scenario, provider, status, message }) => ({
        scenario,
        provider,
        passed: status === 'passed',
        errored: status === 'errored',
        about: message,
      }))
  );
}

async function main(): Promise<number> {
  const [given] = process.argv.slice(2).filter(arg => arg !== '--');
  const folders = given
    ? [path.resolve(process.env.INIT_CWD ?? '.', given)]
    : [OWN_CORPUS, ORIGINAL_CORPUS].filter(existsSync);
  const runs = folders.flatMap(readCorpus);
  if (runs.length === 0) {
    process.stderr.write(
      `There are no bundles with an expected.json in ${folders.join(', ')}\n`,
    );
    return 1;
  }
  const total = { items: 0, agree: 0, bundles: 0 };
  let next = 0;
  const work = async () => {
    while (next < runs.length) {
      const run = runs[next];
      next += 1;
      const outcome = await runCommand(run);
      const faults = differences(run, outcome);
      const wrong = faults.filter(fault => !fault.startsWith('exit ')).length;
      total.items += run.items.length;
      total.agree += run.items.length - Math.min(wrong, run.items.length);
      total.bundles += faults.length === 0 ? 1 : 0;
      process.stdout.write(
        `${faults.length === 0 ? 'agrees ' : 'DIFFERS'} ${run.name.padEnd(
          40,
        )} ${run.items.length} items\n${faults
          .map(fault => `    ${fault.slice(0, 300)}\n`)
          .join('')}`,
      );
      if (faults.length > 0 && outcome.items.length === 0) {
        process.stdout.write(`    ${outcome.log.trim().slice(-500)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  process.stdout.write(
    `${total.agree} of ${total.items} items agree, ${total.bundles} of ${runs.length} bundles agree wholly\n`,
  );
  return total.bundles === runs.length ? 0 : 1;
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  },
);
