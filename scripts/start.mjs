// `npm start`: prepares what is missing, starts the portal on SQLite, applies the examples and follows their jobs.
// `npm start -- --check`: the same with data of its own; ends with one verdict line per job and status 0 or 1.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { followJobs } from './lib/followJobs.mjs';
import { say } from './lib/log.mjs';
import { root } from './lib/paths.mjs';
import {
  arenaCommand,
  buildApp,
  freePort,
  guestToken,
  startPortal,
} from './lib/portal.mjs';
import { prepare } from './lib/prepare.mjs';
import { must } from './lib/run.mjs';

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    port: { type: 'string' },
  },
});

async function main() {
  const prepared = await prepare();
  await buildApp(prepared);

  const data = flags.check
    ? await mkdtemp(path.join(tmpdir(), 'arena-check-'))
    : path.join(root, 'data');
  await mkdir(data, { recursive: true });
  const log = createWriteStream(path.join(data, 'portal.log'));
  const port = Number(flags.port) || (flags.check ? await freePort() : 7007);

  say(
    `Starting the portal on port ${port} (log: ${path.join(
      data,
      'portal.log',
    )})`,
  );
  let portal;
  try {
    portal = await startPortal(prepared, {
      port,
      dataDirectory: data,
      onLog: text => log.write(text),
    });
  } catch (error) {
    throw new Error(`${error.message}; see ${path.join(data, 'portal.log')}`);
  }
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await portal.stop();
    if (flags.check) await rm(data, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => stop().then(() => process.exit(0)));
  }

  let ok = true;
  try {
    say(`The portal answers at ${portal.url}. Applying examples/jobs`);
    const token = await guestToken(portal.url);
    const { command, args, env } = arenaCommand(
      prepared,
      { url: portal.url, token },
      ['apply', '-f', path.join(root, 'examples', 'jobs')],
    );
    const { output } = await must(command, args, { env, what: 'arena apply' });
    // `arenajob/NAME created`, in the namespace of the examples.
    const jobs = [...output.matchAll(/^arenajob\/(\S+) /gm)].map(
      ([, name]) => `default/${name}`,
    );
    ok = await followJobs({ url: portal.url, token }, jobs);
  } catch (error) {
    if (flags.check) {
      await stop();
      throw error;
    }
    say(`The examples could not be run: ${error.message}`);
  }

  if (flags.check) {
    await stop();
    return ok ? 0 : 1;
  }
  say(
    `Ready: open ${portal.url}/arena (sign in as guest). Ctrl-C stops the portal.`,
  );
  const code = await portal.exited;
  if (!stopping)
    say(`The portal ended with status ${code}; see ${data}/portal.log`);
  return stopping ? 0 : 1;
}

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
