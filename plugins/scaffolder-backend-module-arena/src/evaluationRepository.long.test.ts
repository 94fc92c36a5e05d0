import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
// A whole portal, as an administrator puts it together.
/* eslint-disable @backstage/no-mixed-plugin-imports */
import catalogPlugin from '@backstage/plugin-catalog-backend';
import catalogModuleTemplates from '@backstage/plugin-catalog-backend-module-scaffolder-entity-model';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import { whyNoGitHttps } from '@backstage-arena/arena-devcluster';
import arenaPlugin from '@backstage-arena/plugin-arena-backend';
import { admitText } from '@backstage-arena/plugin-arena-common/admission';
import catalogModuleArena from '@backstage-arena/plugin-catalog-backend-module-arena';
/* eslint-enable @backstage/no-mixed-plugin-imports */
import knexFactory from 'knex';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse, parseAllDocuments } from 'yaml';
import { startGitHub, TestGitHub } from './__testUtils__/startGitHub';
import scaffolderModuleArena from './index';

jest.setTimeout(240_000);

const ROOT = resolve(__dirname, '../../..');
const TEMPLATES = join(ROOT, 'examples/templates-github');
const FOLDER = join(TEMPLATES, 'evaluation-repository');
const ARENA = join(ROOT, 'packages/arena-worker/bin/arena');
const ACTION = 'YOUR-ORG/backstage-arena/deploy/ci/github@main';

/** What would break a file that is put together carelessly. */
const PROMPT = `- You are "Greta": the clerk of Müller & Söhne.\r
    # Never say: 'no'.

Answer {briefly}; 100 % of the time.`;
const QUESTION = `"Hello": can I send {it} back? # soon`;
const EXPECTED = ['30 days', `it's "free": really`];

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(file => !file.startsWith('.git/'))
    .sort();

/** Starts a process without the environment of the tests, and waits for its end. */
async function runProcess(
  command: string,
  args: string[],
  options: { cwd: string; env?: Record<string, string> },
) {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { NODE_ENV: 'test', PATH, HOME, TMPDIR, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { status, stdout, stderr };
}

const missing = whyNoGitHttps();
const whenGit = missing ? describe.skip : describe;

whenGit(
  `the template "Test a prompt in a repository of its own"${
    missing ? ` (${missing})` : ''
  }`,
  () => {
    let folder: string;
    let github: TestGitHub;
    let base: string;
    let stop: () => Promise<void>;
    const headers = {
      authorization: mockCredentials.user.header(),
      'content-type': 'application/json',
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'arena-repository-'));
      const credential = { username: 'jo', password: 'hunter2' };
      github = await startGitHub(join(folder, 'git'), credential);
      const databases = new Map<string, ReturnType<typeof knexFactory>>();
      const backend = await startTestBackend({
        features: [
          catalogPlugin,
          catalogModuleTemplates,
          catalogModuleArena,
          scaffolderPlugin,
          scaffolderModuleArena,
          arenaPlugin,
          ...github.features,
          createServiceFactory({
            service: coreServices.database,
            deps: { metadata: coreServices.pluginMetadata },
            factory: ({ metadata }) => ({
              getClient: async () => {
                const id = metadata.getId();
                const there =
                  databases.get(id) ??
                  knexFactory({
                    client: 'better-sqlite3',
                    connection: join(folder, `${id}.sqlite`),
                    useNullAsDefault: true,
                  });
                databases.set(id, there);
                return there;
              },
            }),
          }),
          mockServices.rootConfig.factory({
            data: {
              app: { baseUrl: 'https://portal.example.com' },
              backend: {
                baseUrl: 'http://localhost',
                listen: { port: 0 },
                workingDirectory: folder,
              },
              integrations: { github: [{ host: github.host }] },
              arena: {
                dataDirectory: join(folder, 'data'),
                network: { allow: ['localhost', '127.0.0.1'] },
                secrets: {
                  default: {
                    'git-credentials': { ...credential, 'ca.crt': github.ca },
                  },
                },
                sourceCredentials: {
                  default: { 'git-credentials': ['localhost'] },
                },
              },
              catalog: {
                processingInterval: { seconds: 1 },
                rules: [
                  {
                    allow: ['Component', 'Location', 'ArenaJob', 'ArenaSource'],
                  },
                ],
                locations: [
                  {
                    type: 'file',
                    target: join(TEMPLATES, '*/template.yaml'),
                    rules: [{ allow: ['Template'] }],
                  },
                ],
              },
            },
          }),
        ],
      });
      base = `http://127.0.0.1:${backend.server.port()}/api`;
      stop = async () => {
        await backend.stop();
        // The scaffolder looks for tasks once more after its end.
        await databases.get('arena')?.destroy();
      };
    });

    afterAll(async () => {
      await stop?.();
      await github?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function get(path: string) {
      const response = await fetch(`${base}${path}`, { headers });
      return response.ok ? response.json() : undefined;
    }

    async function post(path: string, body: object) {
      const response = await fetch(`${base}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    }

    /** Asks until the answer is as it is wanted. */
    async function until<T>(
      ask: () => Promise<T>,
      wanted: (now: T) => unknown,
    ) {
      const end = Date.now() + 90_000;
      for (;;) {
        const now = await ask();
        if (wanted(now)) return now;
        if (Date.now() > end) {
          throw new Error(`Waited in vain: ${JSON.stringify(now, null, 2)}`);
        }
        await new Promise(done => setTimeout(done, 200));
      }
    }

    const entity = (kind: string, name: string) =>
      get(`/catalog/entities/by-name/${kind}/default/${name}`);
    const object = (plural: string, name: string) =>
      get(`/arena/v1/clusters/embedded/namespaces/default/${plural}/${name}`);

    /** What a form gives that somebody fills in. */
    const values = (more: object = {}) => ({
      name: 'refunds',
      owner: 'group:default/support',
      prompt: PROMPT,
      question: QUESTION,
      expected: EXPECTED,
      namespace: 'default',
      nightly: false,
      repoUrl: `${github.host}?owner=acme&repo=refund-prompt`,
      visibility: 'private',
      secret: 'git-credentials',
      ...more,
    });

    const url = () => `https://${github.host}/acme/refund-prompt.git`;

    describe('when it is run', () => {
      let checkout: string;
      let output: { links: Array<{ url?: string; entityRef?: string }> };
      const read = (file: string) => readFileSync(join(checkout, file), 'utf8');

      beforeAll(async () => {
        await until(
          () => entity('template', 'evaluation-repository'),
          found => found,
        );
        const { body } = await post('/scaffolder/v2/tasks', {
          templateRef: 'template:default/evaluation-repository',
          values: values({ nightly: true }),
        });
        if (!body.id) throw new Error(JSON.stringify(body));
        const task = await until(
          () => get(`/scaffolder/v2/tasks/${body.id}`),
          ({ status }) => !['open', 'processing'].includes(status),
        );
        const events: Array<{ type: string; body: any }> = await get(
          `/scaffolder/v2/tasks/${body.id}/events`,
        );
        if (task.status !== 'completed') {
          throw new Error(events.map(each => each.body.message).join('\n'));
        }
        output = events.find(({ type }) => type === 'completion')!.body.output;
        checkout = join(folder, 'checkout');
        github.checkOut('acme/refund-prompt', checkout);
      });

      it('publishes a protected repository in which everything is filled in', () => {
        expect(github.published).toEqual([
          {
            repoUrl: `${github.host}?owner=acme&repo=refund-prompt`,
            description: 'Tests of the prompt refunds',
            repoVisibility: 'private',
            defaultBranch: 'main',
            gitCommitMessage: 'Begin with a prompt and its tests',
            requiredStatusCheckContexts: ['prompts'],
          },
        ]);
        expect(filesOf(checkout)).toEqual(filesOf(join(FOLDER, 'skeleton')));
        for (const file of filesOf(checkout)) {
          // Expressions of GitHub are for GitHub.
          const rest = read(file).replace(/\$\{\{ secrets\.\w+ \}\}/g, '');
          expect([file, rest]).toEqual([
            file,
            expect.not.stringMatching(
              /\$\{\{|\{%|%\}|\{#|\bvalues\.|\[object /,
            ),
          ]);
        }
        const { spec } = parse(
          read('arena/bundle/prompts/assistant.prompt.yaml'),
        );
        expect(spec.system_template).toBe(
          `${PROMPT.replaceAll('\r', '').trim()}\n`,
        );
        const scenario = (name: string) =>
          parse(read(`arena/bundle/scenarios/${name}.scenario.yaml`)).spec;
        const [turn] = scenario('answers-a-question').turns;
        expect(turn.content).toBe(QUESTION);
        expect(turn.assertions[0].params.patterns).toEqual(EXPECTED);
        const [recite] = scenario('keeps-its-instructions').turns;
        const [beginning] = recite.assertions[0].params.patterns;
        expect(beginning).toHaveLength(40);
        expect(PROMPT).toContain(beginning);
      });

      it('has the bundle fetched with the Secret, as the manifest in it says', async () => {
        const source = await object('arenasources', 'refunds');
        const [document] = admitText(read('arena/source.yaml')).documents;
        expect(source).toMatchObject({
          metadata: {
            annotations: {
              'arena.backstage.io/owner': 'group:default/support',
            },
          },
          spec: {
            type: 'git',
            git: {
              url: url(),
              ref: { branch: 'main' },
              path: 'arena/bundle',
              secretRef: { name: 'git-credentials' },
            },
            interval: '5m',
          },
          status: { phase: 'Ready' },
        });
        expect(source.status.artifact.revision).toContain(
          github.commitOf('acme/refund-prompt'),
        );
        expect((document.object as any).spec).toEqual(source.spec);
      });

      it('runs it for the first time, with success, and links to that', async () => {
        const [first, repository, component, source] = output.links;
        expect(first.url).toMatch(
          /^https:\/\/portal\.example\.com\/arena\/jobs\/embedded\/default\/refunds-[0-9a-f]{10}$/,
        );
        expect([repository.url, component.entityRef, source.url]).toEqual([
          url(),
          'component:default/refunds',
          'https://portal.example.com/arena/sources/embedded/default/refunds',
        ]);
        const name = first.url!.split('/').at(-1)!;
        const job = await until(
          () => object('arenajobs', name),
          ({ status }) =>
            ['Succeeded', 'Failed', 'Cancelled'].includes(status?.phase),
        );
        expect(job).toMatchObject({
          metadata: {
            annotations: {
              'arena.backstage.io/component': 'component:default/refunds',
              'arena.backstage.io/owner': 'group:default/support',
            },
          },
          status: {
            phase: 'Succeeded',
            progress: { total: 2, completed: 2, failed: 0 },
          },
        });
        expect(job.spec.providers).toBeUndefined();
        const nightly = await object('arenajobs', 'refunds-nightly');
        expect(nightly.spec).toMatchObject({
          schedule: { cron: 'H 2 * * *', concurrencyPolicy: 'Forbid' },
          evaluation: {
            gate: { minPassRate: 80, baseline: { previous: true } },
          },
        });
      });

      it('registers the component, the source and the job, which belong together', async () => {
        const component = await until(
          () => entity('component', 'refunds'),
          found =>
            found?.relations.some(
              (each: { targetRef: string }) =>
                each.targetRef === 'arenajob:default/refunds',
            ),
        );
        expect(component).toMatchObject({
          metadata: {
            annotations: {
              'arena.backstage.io/jobs': 'true',
              'github.com/project-slug': 'acme/refund-prompt',
            },
          },
          spec: { owner: 'group:default/support' },
        });
        const job = await entity('arenajob', 'refunds');
        expect(job.relations).toEqual(
          expect.arrayContaining([
            { type: 'dependsOn', targetRef: 'component:default/refunds' },
            { type: 'dependsOn', targetRef: 'arenasource:default/refunds' },
            { type: 'ownedBy', targetRef: 'group:default/support' },
          ]),
        );
        expect(await entity('arenasource', 'refunds')).toBeDefined();
      });

      it('has manifests that are admitted without a remark', () => {
        for (const [file, kind] of [
          ['arena/source.yaml', 'ArenaSource'],
          ['arena/job.yaml', 'ArenaJob'],
        ]) {
          const { documents, problems } = admitText(read(file));
          expect([file, problems]).toEqual([file, []]);
          expect(documents).toMatchObject([
            { object: { kind }, causes: [], warnings: [] },
          ]);
        }
      });

      it('has a valid bundle', async () => {
        const ended = await runProcess(
          process.execPath,
          [
            ...[ARENA, 'validate', '--strict', 'arena'],
            'arena/bundle/live.arena.yaml',
          ],
          { cwd: checkout },
        );
        expect(ended).toEqual({
          status: 0,
          stdout: expect.stringMatching(/bundles? .*valid/),
          stderr: '',
        });
      });

      describe('its workflow', () => {
        /** The step that tests the prompt, as GitHub runs it. */
        function workflow() {
          const { on, jobs } = parse(read('.github/workflows/arena.yaml'));
          expect(on).toEqual({
            pull_request: null,
            push: { branches: ['main'] },
          });
          // The name of the job is the check that the branch requires.
          expect(Object.keys(jobs)).toEqual(['prompts']);
          expect(jobs.prompts.env).toEqual({
            OPENAI_API_KEY: '${{ secrets.OPENAI_API_KEY }}',
          });
          const steps: any[] = jobs.prompts.steps;
          return steps.find(({ uses }) => uses === ACTION);
        }

        function runAction() {
          const action = parse(
            readFileSync(join(ROOT, 'deploy/ci/github/action.yml'), 'utf8'),
          );
          const [{ run, env }] = action.runs.steps;
          const { with: inputs } = workflow();
          const valueOf = (expression: string) => {
            const [, name] = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(
              expression,
            )!;
            return inputs[name] ?? action.inputs[name].default;
          };
          return runProcess('bash', ['-eo', 'pipefail', '-c', run], {
            cwd: checkout,
            env: {
              ARENA_CLI: `${process.execPath} ${ARENA}`,
              GITHUB_STEP_SUMMARY: join(checkout, 'summary.md'),
              GITHUB_OUTPUT: join(checkout, 'output'),
              ...Object.fromEntries(
                Object.entries<string>(env).map(([name, value]) => [
                  name,
                  valueOf(value),
                ]),
              ),
            },
          });
        }

        it('uses the action as the documentation has it', () => {
          const docs = readFileSync(join(ROOT, 'docs/pipelines.md'), 'utf8');
          expect(docs).toContain(`- uses: ${ACTION}\n`);
          const [, named] = /^Inputs: (.*)\.$/m.exec(docs)!;
          const step = workflow();
          for (const [name, value] of Object.entries<string>(step.with)) {
            expect(named).toContain(`\`${name}\``);
            expect([value, existsSync(join(checkout, value))]).toEqual([
              value,
              true,
            ]);
          }
        });

        it('passes at once, and fails with a test', async () => {
          expect(await runAction()).toMatchObject({ status: 0 });
          expect(read('arena-reports/junit.xml')).toContain('<testcase');
          expect(read('summary.md')).toContain('answers\\-a\\-question');

          const script = 'arena/bundle/mock-responses.yaml';
          const before = read(script);
          writeFileSync(
            join(checkout, script),
            before.replace('30 days', '3 days'),
          );
          try {
            const { status, stdout } = await runAction();
            expect({ status, stdout }).toEqual({
              status: 1,
              stdout: expect.stringContaining('1 failed'),
            });
          } finally {
            writeFileSync(join(checkout, script), before);
          }
        });
      });
    });

    describe('in a dry run, which leaves out publish:github and catalog:register', () => {
      const skeleton = () =>
        filesOf(FOLDER).map(path => ({
          path,
          base64Content: readFileSync(join(FOLDER, path), 'base64'),
        }));

      async function dryRun(input: object) {
        const { status, body } = await post('/scaffolder/v2/dry-run', {
          template: parse(readFileSync(join(FOLDER, 'template.yaml'), 'utf8')),
          values: input,
          directoryContents: skeleton(),
        });
        const inputs: Record<string, any> = {};
        for (const { body: line } of body.log ?? []) {
          const found =
            /Running (\S+) in dry-run mode with inputs \(secrets redacted\): (\{[\s\S]*\})/.exec(
              line.message,
            );
          if (found) inputs[line.stepId] = [found[1], JSON.parse(found[2])];
        }
        const file = (path: string) =>
          Buffer.from(
            body.directoryContents.find((each: any) => each.path === path)
              .base64Content,
            'base64',
          ).toString();
        return { status, body, inputs, file };
      }

      const source = (secret: object) => [
        'arena:source:create',
        {
          namespace: 'default',
          name: 'returns',
          owner: 'group:default/support',
          spec: {
            type: 'git',
            git: {
              url: url(),
              ref: { branch: 'main' },
              path: 'arena/bundle',
              ...secret,
            },
            interval: '5m',
          },
        },
      ];
      const spec = {
        sourceRef: { name: 'returns' },
        type: 'evaluation',
        evaluation: { outputFormats: ['json', 'junit'] },
      };
      const job = (more: object = {}) => [
        'arena:job:create',
        {
          namespace: 'default',
          generateName: 'returns-',
          component: 'component:default/returns',
          owner: 'group:default/support',
          spec: {
            ...spec,
            ...more,
            evaluation: { ...spec.evaluation, gate: { minPassRate: 100 } },
          },
        },
      ];

      it('asks for a source and a job of a public repository, without a Secret', async () => {
        // The Secret of before stays in the form when the choice is changed.
        const { body, inputs, file } = await dryRun(
          values({ name: 'returns', visibility: 'public', providers: [] }),
        );
        expect(body.error).toBeUndefined();
        expect(inputs).toMatchObject({ source: source({}), job: job() });
        expect(inputs.source[1].spec.git).not.toHaveProperty('secretRef');
        expect(inputs.job[1].spec).not.toHaveProperty('providers');
        expect(inputs).not.toHaveProperty('nightly');
        const { documents } = admitText(file('arena/source.yaml'));
        expect(documents).toMatchObject([{ causes: [], warnings: [] }]);
        expect(parse(file('arena/source.yaml')).spec).toEqual(
          inputs.source[1].spec,
        );
        expect(file('arena/source.yaml')).not.toContain('{%');
      });

      it('asks for a schedule as well, on the models that were chosen', async () => {
        const providers = [
          { providerRef: { name: 'gpt' } },
          { providerRef: { name: 'claude', namespace: 'models' } },
        ];
        const { body, inputs } = await dryRun(
          values({ name: 'returns', providers, nightly: true }),
        );
        expect(body.error).toBeUndefined();
        expect(inputs).toMatchObject({
          source: source({ secretRef: { name: 'git-credentials' } }),
          job: job({ providers: { default: providers } }),
          nightly: [
            'arena:schedule:create',
            {
              namespace: 'default',
              name: 'returns-nightly',
              component: 'component:default/returns',
              owner: 'group:default/support',
              cron: 'H 2 * * *',
              concurrencyPolicy: 'Forbid',
              spec: {
                ...spec,
                providers: { default: providers },
                trials: 5,
                evaluation: {
                  ...spec.evaluation,
                  gate: { minPassRate: 80, baseline: { previous: true } },
                },
              },
            },
          ],
        });
      });

      it.each([
        ['a private repository without a Secret', { secret: undefined }],
        ['a name that objects cannot have', { name: 'Refunds!' }],
        ['an empty prompt', { prompt: ' '.repeat(30) }],
      ])('refuses %s', async (_what, more) => {
        expect(await dryRun(values(more))).toMatchObject({ status: 400 });
      });

      it('is what an administrator finds documented', () => {
        const [entry] = parseAllDocuments(
          /```yaml\n(catalog:[\s\S]*?)```/.exec(
            readFileSync(join(__dirname, '../README.md'), 'utf8'),
          )![1],
        ).map(document => document.toJS());
        expect(
          entry.catalog.locations.map((each: any) => each.target),
        ).toContain('./examples/templates-github/*/template.yaml');
      });
    });
  },
);
