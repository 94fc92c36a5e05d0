import { ArenaObject, ArenaSource } from '@backstage-arena/plugin-arena-common';
import { AddressPolicy } from '@backstage-arena/plugin-arena-common/network';
import {
  FetchedSource,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import pLimit from 'p-limit';
import { SecretReader } from '../../planning/SecretReader';
import { SourceSecret } from '../SourceSecret';
import { stagedArchive } from '../staging/stagedArchive';
import {
  DEFAULT_WORKSPACE_LIMITS,
  WorkspaceLimits,
} from '../workspace/WorkspaceLimits';
import {
  findCommit,
  fixedCommit,
  GitCommit,
  GitObjectFormat,
  objectFormatOf,
  wantedRefs,
} from './findCommit';
import { readGitCredential } from './GitCredential';
import { parseGitUrl } from './GitUrl';
import { GitWorkFolder } from './GitWorkFolder';
import { openRemote } from './openRemote';
import { readTree } from './readTree';

/** Options of a {@link GitFetcher}. */
export interface GitFetcherOptions {
  secrets: Pick<SecretReader, 'findSecret' | 'read'>;
  policy: AddressPolicy;
  temporaryDirectory: string;
  environment: NodeJS.ProcessEnv;
  limits?: Partial<WorkspaceLimits>;
  /** Of what a server sends, packed. Default 1 GiB. */
  maxPackBytes?: number;
  /** Of each process of git, where the system can limit it. Default 256 MiB. */
  maxMemoryBytes?: number;
}

const DEFAULT_MAX_PACK_BYTES = 1024 ** 3;
const DEFAULT_MAX_MEMORY_BYTES = 256 * 1024 ** 2;

/** At a time in this process, of all clusters: each may take the memory of several processes of git. */
const slots = pLimit(2);

/**
 * Takes a folder of a Git repository as a source.
 *
 * @remarks
 * Whether a branch or a tag has moved is asked first, which costs one small request. Only what has moved is fetched: one commit without its
 * history. A commit that the server gives nobody by its name is looked for in the history of all branches.
 */
export class GitFetcher implements SourceFetcher {
  readonly type = 'git';
  readonly #options: GitFetcherOptions;
  readonly #limits: WorkspaceLimits;

  constructor(options: GitFetcherOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_WORKSPACE_LIMITS, ...options.limits };
  }

  async fetch(
    object: ArenaObject,
    options: { signal: AbortSignal },
  ): Promise<FetchedSource> {
    const source = object as ArenaSource;
    const { signal } = options;
    const spec = source.spec.git!;
    const commit =
      fixedCommit(spec.ref) ??
      (await this.#withGit(
        source,
        // What is only listed may be of either kind.
        { signal, objectFormat: 'sha1' },
        async (git, href) =>
          findCommit(
            await git.run([
              ...['ls-remote', '--symref', '--', href],
              ...wantedRefs(spec.ref),
            ]),
            spec.ref,
          ),
      ));
    const objectFormat = objectFormatOf(commit.sha);
    const { temporaryDirectory } = this.#options;
    return {
      revision: commit.revision,
      archive: stagedArchive({
        temporaryDirectory,
        limits: this.#limits,
        signal,
        fill: folder =>
          this.#withGit(source, { signal, objectFormat }, async (git, href) => {
            await fetchCommit(git, href, commit);
            await readTree({
              git,
              commit: commit.sha,
              path: spec.path ?? '',
              into: folder,
              limits: this.#limits,
              signal,
            });
          }),
      }),
    };
  }

  /** Once there is a slot. */
  async #withGit<T>(
    source: ArenaSource,
    options: { signal: AbortSignal; objectFormat: GitObjectFormat },
    work: (git: GitWorkFolder, href: string) => Promise<T>,
  ): Promise<T> {
    return slots(() => {
      options.signal.throwIfAborted();
      return this.#inWorkFolder(source, options, work);
    });
  }

  async #inWorkFolder<T>(
    source: ArenaSource,
    options: { signal: AbortSignal; objectFormat: GitObjectFormat },
    work: (git: GitWorkFolder, href: string) => Promise<T>,
  ): Promise<T> {
    const { signal } = options;
    const { git: spec } = source.spec;
    const {
      policy,
      secrets,
      temporaryDirectory,
      environment,
      maxPackBytes = DEFAULT_MAX_PACK_BYTES,
      maxMemoryBytes = DEFAULT_MAX_MEMORY_BYTES,
    } = this.#options;
    const named = parseGitUrl(spec!.url);
    const secret =
      spec!.secretRef &&
      new SourceSecret({
        reader: secrets,
        namespace: source.metadata.namespace,
        name: spec!.secretRef.name,
        sentTo: [named.host],
      });
    const credential = await readGitCredential(named, spec!.secretRef, secret);
    const remote = await openRemote(named, { credential, policy, signal });
    const git = await GitWorkFolder.create({
      ...remote,
      ...options,
      temporaryDirectory,
      credential,
      environment,
      maxFileBytes: maxPackBytes,
      maxMemoryBytes,
    });
    try {
      return await work(git, remote.url.href);
    } finally {
      await git.discard();
    }
  }
}

async function fetchCommit(
  git: GitWorkFolder,
  href: string,
  { sha }: GitCommit,
): Promise<void> {
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules'];
  try {
    await git.run([...fetch, '--depth=1', '--', href, sha]);
  } catch (error) {
    if (!isRefNotFound(error)) throw error;
    // Older servers only give what a branch or a tag points to.
    await git.run([
      ...[...fetch, '--', href],
      ...['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'],
    ]);
    await git.run(['cat-file', '-e', `${sha}^{commit}`]).catch(() => {
      throw error;
    });
  }
}

function isRefNotFound(error: unknown): boolean {
  return error instanceof SourceFetchError && error.reason === 'RefNotFound';
}
