import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PortalUnderTest } from '../../tests/lib/PortalUnderTest.mjs';
import { writeApiObjects } from '../../tests/lib/writeApiObjects.mjs';
import { say } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { ensureSchemathesis } from '../lib/schemathesis.mjs';

const SEED = '1';
const EXAMPLES = process.env.ARENA_SCHEMATHESIS_EXAMPLES ?? '60';
/** What a response must be whatever was asked; that data which the schema allows is accepted is not said of every field. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'missing_required_header',
];

/** Requests that schemathesis draws from the OpenAPI file, against a real portal with a run in it. */
export async function schemathesis(prepared, results) {
  const tool = await ensureSchemathesis();
  if (tool.reason) {
    say(`  skipped: suite 'schemathesis': ${tool.reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'arena-schemathesis-'));
  const portal = await PortalUnderTest.create({
    prepared,
    directory,
    entry: 'tests/chaos/lib/backend.ts',
    onEnd: code => say(`  the backend ended by itself with status ${code}`),
  });
  try {
    await portal.start();
    const parameters = await writeApiObjects(portal, directory);
    const config = path.join(directory, 'schemathesis.toml');
    await writeFile(
      config,
      [
        '[parameters]',
        ...Object.entries(parameters).map(
          ([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`,
        ),
      ].join('\n'),
    );
    const { code } = await run(
      tool.command,
      [
        ...tool.args,
        ...['--config-file', config, '--no-color', 'run'],
        path.join(root, 'plugins/arena-backend/src/schema/openapi.yaml'),
        ...['--url', portal.apiUrl, '--header', portal.authorization],
        ...['--checks', CHECKS.join(','), '--seed', SEED],
        ...['--max-examples', EXAMPLES, '--request-timeout', '20'],
        ...['--exclude-path', '/v1/stream', '--continue-on-failure'],
        // The object that all requests are about stays.
        ...['--exclude-method', 'DELETE'],
        ...['--report', 'junit'],
        ...['--report-junit-path', path.join(results, 'schemathesis.xml')],
      ],
      { cwd: directory, env: tool.env },
    );
    return {
      passed: code === 0 ? 1 : 0,
      failed: code === 0 ? 0 : 1,
      skipped: 0,
    };
  } finally {
    await portal.kill();
    await writeFile(path.join(results, 'schemathesis.log'), portal.log);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
