import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  compilerCache,
  ensureCompilerCache,
  ensureCompilers,
} from '../../../scripts/lib/compilers.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { freePort, guestToken } from '../../../scripts/lib/portal.mjs';
import { prepare } from '../../../scripts/lib/prepare.mjs';
import { must } from '../../../scripts/lib/run.mjs';
import { verifiedBlocks } from '../../../scripts/lib/verifiedBlocks.mjs';
import { until } from '../../lib/until.mjs';
import { pinReleases } from './pinReleases.mjs';
import { placeAbove } from './placeAbove.mjs';
import { publishLocally } from './publishLocally.mjs';

const CREATE_APP = '@backstage/create-app@0.9.2';
const START_TIMEOUT_MS = 120_000;
/** How much of the backend's log is shown when something fails. */
const LOG_SHOWN = 5_000;

/** A portal freshly made by `@backstage/create-app` in a folder of its own, which takes our packages from a registry as any portal would. */
export class FreshPortal {
  /** Where it answers, once it is started. */
  url;

  #prepared;
  #work;
  #env;
  #registry;
  #backend;
  #token;
  #log = '';

  static async open() {
    const prepared = await prepare();
    await ensureCompilers(prepared.env);
    await ensureCompilerCache(prepared.env);
    const work = await mkdtemp(path.join(tmpdir(), 'arena-fresh-'));
    const bin = path.join(work, 'bin');
    await mkdir(bin);
    await writeFile(
      path.join(bin, 'yarn'),
      `#!/bin/sh\nexec "${prepared.node}" "${root}/.yarn/releases/yarn-4.13.0.cjs" "$@"\n`,
    );
    await chmod(path.join(bin, 'yarn'), 0o755);
    const cached = await compilerCache(prepared.env);
    return new FreshPortal(prepared, work, bin, cached);
  }

  constructor(prepared, work, bin, cached) {
    this.#prepared = prepared;
    this.#work = work;
    this.#env = {
      ...cached,
      ...prepared.env,
      PATH: `${bin}${path.delimiter}${prepared.env.PATH}`,
      CI: 'true',
      // Yarn asks a service of its own for types of what is added; where there is none, that takes half a minute.
      YARN_TS_ENABLE_AUTO_TYPES: 'false',
    };
  }

  /** Packs our packages for it. */
  async publish() {
    this.#registry = await publishLocally(this.#prepared, this.#work);
  }

  /**
   * @param {{ legacy?: boolean }} [options] legacy: on the old frontend system
   */
  async create({ legacy = false } = {}) {
    const home = path.join(this.#work, 'create-app');
    await must(
      'npm',
      [
        'install',
        '--silent',
        '--no-audit',
        '--no-fund',
        '--prefix',
        home,
        CREATE_APP,
      ],
      { env: this.#env, quiet: true, what: `installing ${CREATE_APP}` },
    );
    await must(
      this.#prepared.node,
      [
        path.join(
          home,
          'node_modules/@backstage/create-app/bin/backstage-create-app',
        ),
        '--path',
        this.#file(),
        '--skip-install',
        ...(legacy ? ['--legacy'] : []),
      ],
      {
        env: { ...this.#env, BACKSTAGE_APP_NAME: 'portal' },
        cwd: this.#work,
        quiet: true,
      },
    );
    await pinReleases(this.#file());
    // Our scope comes from the local registry.
    await appendFile(
      this.#file('.yarnrc.yml'),
      [
        '',
        'enableImmutableInstalls: false',
        'npmScopes:',
        '  backstage-arena:',
        `    npmRegistryServer: ${this.#registry.url}`,
        'unsafeHttpWhitelist:',
        '  - 127.0.0.1',
        '',
      ].join('\n'),
    );
  }

  /** Does what the marked blocks of a document of this repository say. */
  async follow(document) {
    for (const { action, code } of await verifiedBlocks(document)) {
      const append = /^append (\S+)$/.exec(action);
      const before = /^before "(.+)" in (\S+)$/.exec(action);
      if (action === 'run') {
        await must('sh', ['-ec', code], {
          cwd: this.#file(),
          env: this.#env,
          quiet: true,
          what: code.trim().split('\n')[0],
        });
      } else if (append) {
        await appendFile(this.#file(append[1]), `\n${code}`);
      } else if (before) {
        await placeAbove(this.#file(before[2]), before[1], code);
      } else {
        throw new Error(`${document}: unknown mark 'verify: ${action}'`);
      }
    }
  }

  /** Gives it a bundle of `examples/bundles`. */
  async addBundle(name) {
    await cp(
      path.join(root, 'examples/bundles', name),
      this.#file('bundles', name),
      { recursive: true },
    );
  }

  /** Compiles what was written into it, as its own checks would. */
  async compile() {
    await this.#yarn(['tsc', '--pretty', 'false'], {
      what: 'compiling the portal',
    });
  }

  async build() {
    await this.#yarn(['workspace', 'app', 'build'], {
      what: 'building the app',
    });
  }

  /** Starts the backend, which serves the app too, and signs in as guest. */
  async start() {
    const port = await freePort();
    this.url = `http://localhost:${port}`;
    this.#backend = spawn('yarn', ['workspace', 'backend', 'start'], {
      cwd: this.#file(),
      // A group of its own: there are processes between yarn and the backend.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...this.#env,
        GITHUB_TOKEN: 'unused',
        APP_CONFIG_app_baseUrl: this.url,
        APP_CONFIG_backend_baseUrl: this.url,
        APP_CONFIG_backend_listen_port: String(port),
      },
    });
    for (const stream of [this.#backend.stdout, this.#backend.stderr]) {
      stream.setEncoding('utf8').on('data', text => (this.#log += text));
    }
    // Some plugins answer though others could not start: ready is what has started as a whole.
    await this.#withLog(
      until(
        'the backend is ready',
        () =>
          fetch(`${this.url}/.backstage/health/v1/readiness`).then(
            ({ ok }) => ok,
            () => false,
          ),
        { timeoutMs: START_TIMEOUT_MS, everyMs: 1_000 },
      ),
    );
    this.#token = await guestToken(this.url);
  }

  /** Runs the `arena` command line that was installed into it. */
  async arena(args) {
    await this.#withLog(
      this.#yarn(['workspace', 'backend', 'run', 'arena', ...args], {
        env: { ARENA_URL: this.url, ARENA_TOKEN: this.#token },
      }),
    );
  }

  /** Applies objects of Arena. */
  async apply(yaml) {
    const file = path.join(this.#work, 'objects.yaml');
    await writeFile(file, yaml);
    await this.arena(['apply', '-f', file]);
  }

  /** What it answers to the guest. */
  get(at) {
    return fetch(this.url + at, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
  }

  /** Ends it and removes everything. */
  async close() {
    const backend = this.#backend;
    if (backend && backend.exitCode === null && backend.signalCode === null) {
      const exited = once(backend, 'exit');
      // Nothing of it is kept, and its own end takes a minute.
      process.kill(-backend.pid, 'SIGKILL');
      await exited;
    }
    await this.#registry?.stop();
    // Nobody needs to wait until some hundred thousand files are gone.
    spawn('rm', ['-rf', this.#work], {
      detached: true,
      stdio: 'ignore',
    }).unref();
  }

  #file(...segments) {
    return path.join(this.#work, 'portal', ...segments);
  }

  async #yarn(args, { what, env } = {}) {
    await must('yarn', args, {
      cwd: this.#file(),
      env: { ...this.#env, ...env },
      quiet: true,
      what,
    });
  }

  /** Adds what the backend wrote to the reason of a failure. */
  #withLog(result) {
    return result.catch(error => {
      throw new Error(`${error.message}\n${this.#log.slice(-LOG_SHOWN)}`);
    });
  }
}
