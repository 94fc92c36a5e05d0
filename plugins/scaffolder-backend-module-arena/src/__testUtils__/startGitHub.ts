import {
  BackendFeature,
  coreServices,
  createBackendModule,
  createServiceFactory,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  createTemplateAction,
  scaffolderActionsExtensionPoint,
} from '@backstage/plugin-scaffolder-node';
import { JsonObject } from '@backstage/types';
import { startGitHttps } from '@backstage-arena/arena-devcluster';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What stands for GitHub in tests. */
export interface TestGitHub {
  /** `localhost:<port>` */
  host: string;
  /** PEM of the CA of its certificate. */
  ca: string;
  /** The action `publish:github`, and the reader of its files. */
  features: BackendFeature[];
  /** Inputs that the action got. */
  published: JsonObject[];
  /** What is on the branch `main`, in a folder. */
  checkOut(slug: string, folder: string): void;
  /** Commit of the branch `main`. */
  commitOf(slug: string): string;
  stop(): Promise<void>;
}

/** A Git server of which everything but the API of GitHub is real: repositories, TLS, and who may read. */
export async function startGitHub(
  root: string,
  credential: { username: string; password: string },
): Promise<TestGitHub> {
  const server = await startGitHttps({ root, credential });
  const { host } = new URL(server.url);
  const published: JsonObject[] = [];
  const bare = (slug: string) => join(root, `${slug}.git`);
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' });

  const publish = createTemplateAction({
    id: 'publish:github',
    description: 'As that of GitHub; like it, a dry run skips it',
    schema: {
      input: {
        repoUrl: z => z.string(),
        description: z => z.string(),
        repoVisibility: z => z.enum(['private', 'public', 'internal']),
        defaultBranch: z => z.string(),
        gitCommitMessage: z => z.string(),
        requiredStatusCheckContexts: z => z.array(z.string()),
      },
      output: {
        remoteUrl: z => z.string(),
        repoContentsUrl: z => z.string(),
      },
    },
    async handler({ input, workspacePath, output }) {
      published.push({ ...input });
      const { searchParams } = new URL(`https://${input.repoUrl}`);
      const slug = `${searchParams.get('owner')}/${searchParams.get('repo')}`;
      mkdirSync(dirname(bare(slug)), { recursive: true });
      git('init', '--quiet', '--bare', '-b', 'main', bare(slug));
      const within = (...args: string[]) =>
        git(`--git-dir=${bare(slug)}`, `--work-tree=${workspacePath}`, ...args);
      within('-c', 'core.bare=false', 'add', '--all');
      within(
        ...['-c', 'core.bare=false'],
        ...['-c', 'user.name=Test', '-c', 'user.email=test@example.com'],
        ...['commit', '--quiet', '-m', input.gitCommitMessage],
      );
      output('remoteUrl', `${server.url}/${slug}.git`);
      output('repoContentsUrl', `${server.url}/${slug}/blob/main`);
    },
  });

  const read = (url: string): Buffer => {
    const [, slug, path] = /^\/(.+)\/(?:blob|tree)\/main\/(.+)$/.exec(
      new URL(url).pathname,
    )!;
    return Buffer.from(git(`--git-dir=${bare(slug)}`, 'show', `main:${path}`));
  };
  const reader: UrlReaderService = {
    async readUrl(url) {
      return { buffer: async () => read(url), stream: undefined };
    },
    async readTree() {
      throw new Error('Nothing reads folders');
    },
    async search(url) {
      return {
        files: [{ url, content: async () => read(url) }],
        etag: read(url).toString('base64'),
      };
    },
  };

  return {
    host,
    ca: server.ca,
    published,
    features: [
      createBackendModule({
        pluginId: 'scaffolder',
        moduleId: 'test-github',
        register(env) {
          env.registerInit({
            deps: { actions: scaffolderActionsExtensionPoint },
            async init({ actions }) {
              actions.addActions(publish);
            },
          });
        },
      }),
      createServiceFactory({
        service: coreServices.urlReader,
        deps: {},
        factory: () => reader,
      }),
    ],
    checkOut: (slug, folder) => {
      git('clone', '--quiet', bare(slug), folder);
    },
    commitOf: slug =>
      git(`--git-dir=${bare(slug)}`, 'rev-parse', 'main').trim(),
    stop: () => server.stop(),
  };
}
