import path from 'node:path';
import { say } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { publishedPackages } from '../lib/publishedPackages.mjs';
import { readAdvisories } from '../lib/readAdvisories.mjs';
import { run } from '../lib/run.mjs';

/** From here on an advisory fails the suite; what is less severe is listed. */
const FAILS = ['high', 'critical'];

/** Asks the registry for known vulnerabilities of what each published package brings into a production. */
export async function audit({ node, env }) {
  const yarn = path.join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const folder of await publishedPackages()) {
    const { code, output } = await run(
      node,
      [
        yarn,
        'npm',
        'audit',
        '--recursive',
        '--environment',
        'production',
        '--json',
      ],
      { cwd: path.join(root, folder), env, quiet: true, what: folder },
    );
    const { advisories, reason } = readAdvisories({ code, output });
    if (!advisories) {
      say(`  skipped: ${folder}: ${reason}`);
      counts.skipped += 1;
      continue;
    }
    const severe = advisories.filter(({ severity }) =>
      FAILS.includes(severity),
    );
    counts[severe.length ? 'failed' : 'passed'] += 1;
    say(
      `  ${severe.length ? 'FAILED' : 'ok'}: ${folder}: ${
        advisories.length
      } advisories, ${severe.length} of them ${FAILS.join(' or ')}`,
    );
    for (const { severity, name, issue, url, dependents } of advisories) {
      say(`    ${severity}: ${name}: ${issue} (${url}), for ${dependents}`);
    }
  }
  return counts;
}
