import { ArenaSourceSpec } from '@backstage-arena/plugin-arena-common';
import { SourceFetchError } from '@backstage-arena/plugin-arena-node';

type GitRef = NonNullable<ArenaSourceSpec['git']>['ref'];

/** What is checked out. */
export interface GitCommit {
  sha: string;
  /** What users recognise: `main@sha1:<commit>`. */
  revision: string;
}

/** The hashes that git knows. */
export type GitObjectFormat = 'sha1' | 'sha256';

/** By which hash a commit is named. */
export function objectFormatOf(sha: string): GitObjectFormat {
  return sha.length === 64 ? 'sha256' : 'sha1';
}

/** The commit that a source names itself: nothing has to be asked. */
export function fixedCommit(ref: GitRef): GitCommit | undefined {
  const { commit } = ref ?? {};
  if (!commit) return undefined;
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
    throw new SourceFetchError(
      'RefNotFound',
      `spec.git.ref.commit: Invalid value: "${commit}": must have all 40 (or 64) digits: servers find no commit by its first ones`,
    );
  }
  return { sha: commit, revision: described(commit) };
}

/** The refs that have to be listed. */
export function wantedRefs(ref: GitRef): string[] {
  const { branch, tag } = ref ?? {};
  if (tag) return [`refs/tags/${tag}`, `refs/tags/${tag}^{}`];
  return branch ? [`refs/heads/${branch}`] : ['HEAD'];
}

/** Finds the commit in what `git ls-remote --symref` printed. @throws SourceFetchError */
export function findCommit(listing: string, ref: GitRef): GitCommit {
  const { branch, tag } = ref ?? {};
  const commits = new Map<string, string>();
  let defaultBranch: string | undefined;
  for (const line of listing.split('\n')) {
    const [value, name] = line.split('\t');
    const symbolic = /^ref: refs\/heads\/(.+)$/.exec(value);
    if (symbolic && name === 'HEAD') [, defaultBranch] = symbolic;
    else if (/^[0-9a-f]{40,64}$/.test(value)) commits.set(name, value);
  }
  // Patterns of git also match the ends of longer names; an annotated tag is followed to its commit.
  const [first, peeled] = wantedRefs(ref);
  const sha = (peeled && commits.get(peeled)) || commits.get(first);
  if (!sha) throw refNotFound(ref);
  const name = tag ?? branch ?? defaultBranch;
  return { sha, revision: name ? `${name}@${described(sha)}` : described(sha) };
}

function refNotFound(ref: GitRef): SourceFetchError {
  const { branch, tag } = ref ?? {};
  if (tag) {
    return new SourceFetchError(
      'RefNotFound',
      `spec.git.ref.tag: Not found: "${tag}": the repository has no such tag, or not any more`,
    );
  }
  return new SourceFetchError(
    'RefNotFound',
    branch
      ? `spec.git.ref.branch: Not found: "${branch}": the repository has no such branch, or not any more`
      : 'The repository has no default branch: it is empty, or spec.git.ref has to name a branch',
  );
}

function described(sha: string): string {
  return `${objectFormatOf(sha)}:${sha}`;
}
