import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse, parseAllDocuments } from 'yaml';
import { startPortal, TestPortal } from './__testUtils__/startPortal';

jest.setTimeout(300_000);

const ROOT = resolve(__dirname, '../../..');
const ARENA = join(ROOT, 'packages/arena-worker/bin/arena');
const BUNDLE = join(ROOT, 'examples/bundles/support-agent');

const job = (spec: object = {}) =>
  JSON.stringify({
    apiVersion: 'omnia.altairalabs.ai/v1alpha1',
    kind: 'ArenaJob',
    metadata: { name: 'pull-request' },
    spec: {
      sourceRef: { name: 'support-agent' },
      scenarios: { include: ['scenarios/small-talk*.yaml'] },
      ...spec,
    },
  });

describe('pipelines', () => {
  let folder: string;
  let portal: TestPortal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-pipelines-'));
    portal = await startPortal(folder, {
      arena: { uploads: { enabled: true } },
    });
    await portal.call('POST', `${portal.objects}/arenasources`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaSource',
      metadata: { name: 'support-agent', namespace: 'default' },
      spec: {
        type: 'workspace',
        interval: '1h',
        workspace: { path: 'support-agent' },
      },
    });
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A checkout with a job, and what a run of its pipeline leaves there. */
  function checkOut(spec: object = {}) {
    const checkout = mkdtempSync(join(folder, 'checkout-'));
    writeFileSync(join(checkout, 'job.yaml'), job(spec));
    const read = (file: string) => {
      const path = join(checkout, file);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    return { checkout, read };
  }

  function start(
    script: string,
    options: { checkout: string; env: Record<string, string> },
  ): ChildProcess {
    const { PATH, HOME, TMPDIR } = process.env;
    return spawn('bash', ['-eo', 'pipefail', '-c', script], {
      cwd: options.checkout,
      env: {
        NODE_ENV: 'test',
        PATH,
        HOME,
        TMPDIR,
        ARENA_CLI: `${process.execPath} ${ARENA}`,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async function ended(child: ChildProcess) {
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'exit'),
    ]);
    return { code, stdout, stderr };
  }

  const url = () => new URL(portal.base).origin;

  /** The step of the action, as GitHub makes it of the inputs. */
  function github(inputs: Record<string, string>, checkout: string) {
    const action = parse(
      readFileSync(join(ROOT, 'deploy/ci/github/action.yml'), 'utf8'),
    );
    const [{ run, env }] = action.runs.steps;
    for (const name of Object.keys(inputs)) {
      if (!action.inputs[name]) throw new Error(`There is no input ${name}`);
    }
    expect(run).not.toContain('${{');
    const valueOf = (expression: string) => {
      const [, name] = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(expression)!;
      return inputs[name] ?? action.inputs[name].default;
    };
    return start(run, {
      checkout,
      env: {
        ...Object.fromEntries(
          Object.entries<string>(env).map(([name, value]) => [
            name,
            valueOf(value),
          ]),
        ),
        GITHUB_STEP_SUMMARY: join(checkout, 'summary.md'),
        GITHUB_OUTPUT: join(checkout, 'output'),
      },
    });
  }

  /** The job of the template, as GitLab makes it of the inputs. */
  function gitlab(
    inputs: Record<string, string>,
    { checkout, env }: { checkout: string; env: Record<string, string> },
  ) {
    const template = readFileSync(
      join(ROOT, 'deploy/ci/gitlab/arena-job.yml'),
      'utf8',
    );
    const [{ spec }] = parseAllDocuments(template).map(each => each.toJS());
    const [, body] = template.split('\n---\n');
    const filled = body.replace(
      /\$\[\[ inputs\.([a-z-]+) \]\]/g,
      (_, name) => inputs[name] ?? spec.inputs[name].default,
    );
    const { arena } = parse(filled);
    return start(arena.script.join('\n'), {
      checkout,
      env: { ...arena.variables, ...env },
    });
  }

  const jobsOf = async (checkout: string) => {
    const { items } = await portal.call('GET', `${portal.objects}/arenajobs`);
    return items.filter(({ metadata }: any) =>
      metadata.name.startsWith(checkout),
    );
  };

  it('GitHub: a bundle as it is checked out is tested in the portal, and goes with its job', async () => {
    const { checkout, read } = checkOut();
    cpSync(BUNDLE, join(checkout, 'bundle'), { recursive: true });
    const exit = await ended(
      github(
        { file: 'job.yaml', bundle: 'bundle', 'portal-url': url() },
        checkout,
      ),
    );
    expect(exit).toMatchObject({ code: 0 });
    const [, name] = /arenajob\/(pull-request-[0-9a-f]{8}) created/.exec(
      exit.stdout,
    )!;
    expect(exit.stdout).toContain(`${name} is Succeeded`);
    expect(exit.stdout).toContain(
      'Results: http://portal.example.com/arena/runs/',
    );
    expect(read('arena-reports/junit.xml')).toContain('<testcase');
    expect(read('summary.md')).toContain('small\\-talk');
    expect(read('output')).toBe('junit=arena-reports/junit.xml\n');

    const { spec } = await portal.call(
      'GET',
      `${portal.objects}/arenajobs/${name}`,
    );
    const source = `${portal.objects}/arenasources/${spec.sourceRef.name}`;
    expect((await portal.call('GET', source)).status.phase).toBe('Ready');
    await portal.call('DELETE', `${portal.objects}/arenajobs/${name}`);
    const end = Date.now() + 20_000;
    let left = true;
    while (left && Date.now() < end) {
      left = await portal.call('GET', source).then(
        () => true,
        () => false,
      );
    }
    expect(left).toBe(false);
  });

  it('GitHub: without a portal the job runs on the runner', async () => {
    const { checkout, read } = checkOut();
    cpSync(BUNDLE, join(checkout, 'bundle'), { recursive: true });
    const exit = await ended(
      github({ file: 'job.yaml', bundle: 'bundle' }, checkout),
    );
    expect(exit).toMatchObject({ code: 0 });
    expect(read('arena-reports/junit.xml')).toContain('<testcase');
    expect(read('summary.md')).toContain('small\\-talk');
  });

  it('GitLab: a job whose results are too bad fails the pipeline, with its reports', async () => {
    const { checkout, read } = checkOut();
    cpSync(BUNDLE, join(checkout, 'bundle'), { recursive: true });
    const prompts = join(checkout, 'bundle/scenarios/small-talk.scenario.yaml');
    writeFileSync(
      prompts,
      readFileSync(prompts, 'utf8').replace(
        /patterns:.*/,
        'patterns: [what nobody ever says]',
      ),
    );
    const exit = await ended(
      gitlab(
        { file: 'job.yaml', bundle: 'bundle' },
        { checkout, env: { ARENA_URL: url() } },
      ),
    );
    expect(exit.code).toBe(1);
    expect(exit.stderr).toMatch(/arenajob\/pull-request-\w+ is Failed/);
    expect(read('arena-reports/junit.xml')).toContain('<failure');
    expect(read('arena-reports/results.md')).toContain('small\\-talk');
  });

  it('GitLab: a pipeline that is stopped cancels its job', async () => {
    const { checkout } = checkOut();
    // Not there: the job waits for it.
    writeFileSync(
      join(checkout, 'job.yaml'),
      job({ sourceRef: { name: 'later' } }),
    );
    const child = gitlab(
      { file: 'job.yaml' },
      { checkout, env: { ARENA_URL: url() } },
    );
    const exit = ended(child);
    let name = '';
    child.stdout!.on('data', chunk => {
      name ||= /arenajob\/(\S+) created/.exec(String(chunk))?.[1] ?? '';
    });
    const end = Date.now() + 60_000;
    while (!name && Date.now() < end) {
      await new Promise(done => setTimeout(done, 50));
    }
    child.kill('SIGTERM');
    expect((await exit).code).toBe(130);
    expect((await exit).stderr).toContain(`arenajob/${name} was cancelled`);
    const [{ spec }] = await jobsOf(name);
    expect(spec.cancelled).toBe(true);
  });

  it('says what is wrong with the document, and leaves nothing', async () => {
    const { checkout } = checkOut({ schedule: { cron: '0 2 * * *' } });
    const submit = (...args: string[]) =>
      ended(
        start(`$ARENA_CLI submit -f job.yaml ${args.join(' ')}`, {
          checkout,
          env: { ARENA_URL: url() },
        }),
      );
    expect(await submit('--name', 'scheduled')).toMatchObject({
      code: 1,
      stderr:
        "error: 'job.yaml': spec.schedule: a job with a schedule never ends, leave it out\n",
    });
    writeFileSync(join(checkout, 'job.yaml'), job({ trials: -1 }));
    const refused = await submit('--name', 'refused');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('spec.trials: Invalid value: -1');
    expect(await jobsOf('scheduled')).toEqual([]);
    expect(await jobsOf('refused')).toEqual([]);
  });
});
