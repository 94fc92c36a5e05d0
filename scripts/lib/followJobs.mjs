import { say } from './log.mjs';

const POLL_MS = 1_000;
const TIMEOUT_MS = 300_000;
const TERMINAL = ['Succeeded', 'Failed', 'Cancelled'];
const EXPECTED_PHASE = 'arena.backstage.io/expected-phase';

/**
 * Follows ArenaJobs of a portal to their end and prints one verdict line each.
 *
 * @param {{ url: string, token: string }} portal
 * @param {string[]} names which jobs: `namespace/name`
 * @returns {Promise<boolean>} whether every job ended as its annotation `arena.backstage.io/expected-phase` says: one phase, or several with commas (default: Succeeded)
 */
export async function followJobs({ url, token }, names) {
  const seen = new Map();
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const response = await fetch(
      `${url}/api/arena/v1/clusters/embedded/arenajobs`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    if (!response.ok) {
      throw new Error(
        `Listing jobs failed with status ${
          response.status
        }: ${await response.text()}`,
      );
    }
    const items = (await response.json()).items.filter(({ metadata }) =>
      names.includes(`${metadata.namespace}/${metadata.name}`),
    );
    if (items.length !== names.length) {
      throw new Error(
        `Of the jobs ${names.join(', ')} only ${items.length} are there`,
      );
    }
    for (const job of items) {
      const line = describe(job);
      if (seen.get(job.metadata.uid) !== line) {
        seen.set(job.metadata.uid, line);
        say(line);
      }
    }
    if (items.every(job => TERMINAL.includes(job.status?.phase))) {
      return report(items);
    }
    if (Date.now() > deadline) {
      report(items);
      return false;
    }
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
}

function describe(job) {
  const { phase = 'Pending', progress } = job.status ?? {};
  const name = `${job.metadata.namespace}/${job.metadata.name}`;
  if (!progress) return `${name}: ${phase}`;
  const { total, completed, failed } = progress;
  return `${name}: ${phase}, ${completed + failed} of ${total} items`;
}

function report(jobs) {
  let allAsExpected = true;
  for (const job of jobs) {
    const expected = job.metadata.annotations?.[EXPECTED_PHASE] ?? 'Succeeded';
    const { phase = 'Pending', progress, conditions = [] } = job.status ?? {};
    const ok = expected.split(',').includes(phase);
    allAsExpected &&= ok;
    const ready = conditions.find(({ type }) => type === 'Ready');
    const items = progress
      ? `, ${progress.completed} passed and ${progress.failed} failed of ${progress.total}`
      : '';
    const why = ready ? ` (${ready.reason}: ${ready.message})` : '';
    process.stdout.write(
      `${ok ? 'PASS' : 'FAIL'} ${job.metadata.namespace}/${
        job.metadata.name
      }: ${phase}, expected ${expected}${items}${why}\n`,
    );
  }
  return allAsExpected;
}
