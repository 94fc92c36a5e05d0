import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import { PushEvent } from './PushEvent';

/**
 * Host and path of a repository, the same for all of its addresses: `https://host/team/x.git`, `ssh://git@host:7999/team/x` and
 * `git@host:team/x.git` are one. Of an OCI artifact, without its tag and digest.
 */
export function repositoryOf(address: string): string | undefined {
  const short = /^[^@/\s]+@([^:/\s]+):(.+)$/.exec(address);
  const isUrl = address.includes('://');
  if (!isUrl && !short) return undefined;
  let host: string;
  let path: string;
  if (isUrl) {
    // The parser knows the hosts of special protocols alone.
    const text = address.replace(/^[a-z]+:/i, 'http:');
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    host = url.hostname;
    path = url.pathname;
    if (address.startsWith('oci://')) path = path.replace(/[:@].*$/, '');
  } else {
    [, host, path] = short!;
  }
  const clean = path
    .replace(/^[/~]+|\/+$/g, '')
    .replace(/\.git$/, '')
    .toLowerCase();
  return clean ? `${host.toLowerCase()}/${clean}` : undefined;
}

/** Whether a source may have other content since a push. */
export function matchesPush(source: ArenaSource, event: PushEvent): boolean {
  const { spec } = source;
  const address = spec.git?.url ?? spec.oci?.url;
  const repository = address && repositoryOf(address);
  if (!repository) return false;
  if (!event.urls.some(url => repositoryOf(url) === repository)) return false;
  return !spec.git || matchesRef(spec.git.ref, event);
}

function matchesRef(
  ref: NonNullable<ArenaSource['spec']['git']>['ref'],
  { ref: changed, defaultBranch }: PushEvent,
): boolean {
  // A commit never changes.
  if (ref?.commit) return false;
  if (changed === undefined) return true;
  if (ref?.tag) return changed === `refs/tags/${ref.tag}`;
  const branch = ref?.branch ?? defaultBranch;
  return branch
    ? changed === `refs/heads/${branch}`
    : changed.startsWith('refs/heads/');
}
