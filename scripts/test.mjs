// `npm test`: prepares what is missing and runs the suites that a change must pass. `npm test -- --only NAME[,NAME]` runs some of them,
// `npm run test:all` those that take longer as well.
// Ends with one line: N passed, N failed, N skipped.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { say } from './lib/log.mjs';
import { root } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { sum } from './lib/sum.mjs';
import { audit } from './suites/audit.mjs';
import { browser, browserAll, browserPostgres } from './suites/browser.mjs';
import { chaos } from './suites/chaos.mjs';
import {
  cluster,
  clusterAlone,
  clusterJobs,
  clusterLarge,
  clusterPortal,
} from './suites/cluster.mjs';
import { clusterFaults } from './suites/clusterFaults.mjs';
import { databases } from './suites/databases.mjs';
import { fuzz } from './suites/fuzz.mjs';
import { install } from './suites/install.mjs';
import { integration } from './suites/integration.mjs';
import { kill } from './suites/kill.mjs';
import { suitesOfKinds } from './suites/kinds.mjs';
import { legacy } from './suites/legacy.mjs';
import { schemathesis } from './suites/schemathesis.mjs';
import { staticChecks } from './suites/static.mjs';
import { unit } from './suites/unit.mjs';

/** Each suite returns counts (see lib/sum.mjs) and prints what failed and what was skipped, by name. */
const suites = {
  static: staticChecks,
  // Its folder is cleared away while tests run that need no disk.
  install,
  unit,
  integration,
  browser,
  cluster,
};

/** Longer ones. */
const longer = {
  audit,
  ...suitesOfKinds,
  fuzz,
  databases,
  chaos,
  kill,
  schemathesis,
  legacy,
  'browser-all': browserAll,
  'browser-postgres': browserPostgres,
  'cluster-jobs': clusterJobs,
  'cluster-alone': clusterAlone,
  'cluster-portal': clusterPortal,
  'cluster-large': clusterLarge,
  'cluster-faults': clusterFaults,
};

/** Of what a failed test said, at the end. */
const FAILURE_LINES = 60;

const { values: flags } = parseArgs({
  options: { only: { type: 'string' }, all: { type: 'boolean' } },
});

async function main() {
  const all = { ...suites, ...longer };
  if (flags.only && flags.all)
    throw new Error('Give --only or --all, not both');
  const names = flags.only?.split(',') ?? Object.keys(flags.all ? all : suites);
  for (const name of names) {
    if (!(name in all)) {
      throw new Error(
        `--only: unknown suite '${name}': allowed are ${Object.keys(all).join(
          ', ',
        )}`,
      );
    }
  }
  const prepared = await prepare();
  const results = path.join(root, 'test-results');
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });

  const counts = [];
  for (const name of names) {
    say(`Suite '${name}'`);
    const one = await resultOf(name, () => all[name](prepared, results));
    counts.push(one);
    say(
      `Suite '${name}': ${one.passed} passed, ${one.failed} failed, ${one.skipped} skipped`,
    );
  }
  const total = sum(counts);
  total.retried.forEach(each => repeat('TRIED TWICE', each));
  total.failures.forEach(each => repeat('FAILED', each));
  process.stdout.write(
    `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`,
  );
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** A suite that breaks off is one failure: the others run all the same. */
async function resultOf(name, run) {
  try {
    const counts = await run();
    const { failed, failures = [], retried = [] } = counts;
    const told = failed > 0 && failures.length === 0 ? ['see above'] : failures;
    const named = each => `${name}: ${each}`;
    return {
      ...counts,
      failures: told.map(named),
      retried: retried.map(named),
    };
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    const told = `${name}: broke off\n${error.stack}`;
    return { passed: 0, failed: 1, skipped: 0, failures: [told] };
  }
}

/** Where it was said first there are many thousand lines between. */
function repeat(label, failure) {
  const lines = stripVTControlCharacters(failure).split('\n');
  const rest = lines.length - FAILURE_LINES;
  process.stdout.write(
    `${label}: ${[
      ...lines.slice(0, FAILURE_LINES),
      ...(rest > 0 ? [`(${rest} more lines above)`] : []),
    ].join('\n  ')}\n`,
  );
}

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
