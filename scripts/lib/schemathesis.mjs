import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { say } from './log.mjs';
import { cache } from './paths.mjs';
import { run } from './run.mjs';

const VERSION = '4.32.5';
const START = 'from schemathesis.cli import schemathesis; schemathesis()';

/**
 * Fetches schemathesis from PyPI once for a user.
 *
 * @returns {Promise<{ reason: string } | { command: string, args: string[], env: NodeJS.ProcessEnv }>} how it is started, or why not
 */
export async function ensureSchemathesis() {
  const python = 'python3';
  const found = await run(python, ['-m', 'pip', '--version'], {
    quiet: true,
  }).catch(error => ({ code: 1, output: error.message }));
  if (found.code !== 0) {
    return { reason: `it needs python3 with pip: ${lastLine(found.output)}` };
  }
  // What is compiled in it is for one version of Python.
  const [, release] = /\(python (\S+)\)/.exec(found.output) ?? [];
  const folder = path.join(cache, `schemathesis-${VERSION}-python-${release}`);
  if (!existsSync(folder)) {
    say(`Fetching schemathesis ${VERSION} from PyPI`);
    await mkdir(cache, { recursive: true });
    const part = `${folder}.part-${process.pid}`;
    const { code, output } = await run(
      python,
      [
        ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
        ...['--target', part, `schemathesis==${VERSION}`],
      ],
      { quiet: true, what: 'pip install' },
    );
    if (code !== 0) {
      await rm(part, { recursive: true, force: true });
      return { reason: `PyPI does not give it: ${lastLine(output)}` };
    }
    await rename(part, folder);
  }
  return {
    command: python,
    args: ['-c', START],
    env: { ...process.env, PYTHONPATH: folder },
  };
}

function lastLine(text) {
  return text.trim().split('\n').at(-1);
}
