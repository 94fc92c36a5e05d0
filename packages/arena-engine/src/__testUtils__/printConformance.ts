import { differences, hasCorpus, readCorpus, runCorpusBundle } from './corpus';

/** Prints which bundles of the conformance corpus give the expected verdicts; exits 1 when one does not. */
async function main(): Promise<number> {
  if (!hasCorpus()) {
    process.stderr.write(
      'There is no corpus: set ARENA_CONFORMANCE_DIR to its folder\n',
    );
    return 1;
  }
  const totals = { agrees: 0, differs: 0, unsupported: 0 };
  for (const run of readCorpus()) {
    const outcome = await runCorpusBundle(run);
    const faults =
      outcome.kind === 'done' ? differences(run, outcome) : [outcome.reason];
    let verdict: keyof typeof totals = 'unsupported';
    if (outcome.kind === 'done')
      verdict = faults.length > 0 ? 'differs' : 'agrees';
    totals[verdict]++;
    process.stdout.write(
      `${verdict.padEnd(12)} ${run.name.padEnd(36)} ${
        run.items.length
      } cells\n`,
    );
    for (const fault of faults)
      process.stdout.write(`    ${fault.slice(0, 200)}\n`);
  }
  process.stdout.write(
    `${totals.agrees} agree, ${totals.differs} differ, ${totals.unsupported} need features that are refused by name\n`,
  );
  return totals.differs > 0 ? 1 : 0;
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
