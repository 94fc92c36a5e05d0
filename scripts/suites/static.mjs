import path from 'node:path';
import { say } from '../lib/log.mjs';
import { nodeTest } from '../lib/nodeTest.mjs';
import { root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { sum } from '../lib/sum.mjs';
import { apiReports } from './apiReports.mjs';

/** Characters of what a tool says: it says last what is wrong. */
const END = 4_000;

/** Types, lint, formatting, API reports, configuration and documentation. */
export async function staticChecks(prepared) {
  const { node, env } = prepared;
  const yarn = path.join(root, '.yarn', 'releases', 'yarn-4.13.0.cjs');
  const command =
    (what, ...args) =>
    () =>
      run(node, [yarn, ...args], { cwd: root, env, quiet: true, what });
  const counts = sum([]);
  const follow = async checks => {
    for (const [what, check] of Object.entries(checks)) {
      const { code, output } = await check();
      counts[code === 0 ? 'passed' : 'failed'] += 1;
      if (code !== 0) counts.failures.push(`${what}\n${output.slice(-END)}`);
      say(`  ${code === 0 ? 'ok' : 'FAILED'}: ${what}`);
    }
  };
  // Each of them keeps one processor busy.
  await Promise.all([
    follow({
      'types (tsc)': async () => {
        const result = await command('tsc', 'tsc', '--pretty', 'false')();
        prepared.hasDeclarations = result.code === 0;
        return result;
      },
      // Of the declarations that the compiler has written.
      'API reports': () => apiReports({ node, env, yarn }),
      'configuration (app-config.yaml)': command(
        'configuration',
        'backstage-cli',
        'config:check',
        '--lax',
        '--config',
        'app-config.yaml',
      ),
    }),
    follow({
      'lint (eslint)': command(
        'eslint',
        'backstage-cli',
        'repo',
        'lint',
        '--max-warnings',
        '0',
      ),
      'formatting (prettier)': command('prettier', 'prettier', '--check', '.'),
    }),
  ]);
  const docs = await nodeTest(prepared, {
    files: [
      'tests/docs/docs.test.mjs',
      'tests/scripts/hasTests.test.mjs',
      'tests/scripts/kindsOfTests.test.mjs',
    ],
  });
  return sum([counts, docs]);
}
