import { ArenaSource } from '@backstage-arena/plugin-arena-common';
import { sourceOf } from '../__testUtils__/sources';
import { matchesPush, repositoryOf } from './matchesPush';
import { readPushEvent } from './PushEvent';

describe('repositoryOf', () => {
  it.each([
    'https://git.example.com/team/x',
    'https://git.example.com/team/x.git',
    'https://git.example.com:8443/team/x.git/',
    'http://jo@git.example.com/team/x',
    'ssh://git@git.example.com:7999/team/x.git',
    'git@git.example.com:team/x.git',
    'git@GIT.example.com:/Team/X',
    'oci://git.example.com/team/x:v1',
    'oci://git.example.com/team/x@sha256:12',
  ])('finds the repository of %s', address => {
    expect(repositoryOf(address)).toBe('git.example.com/team/x');
  });

  it.each(['', 'x', 'https://', 'https://git.example.com/'])(
    'finds none in %j',
    address => {
      expect(repositoryOf(address)).toBeUndefined();
    },
  );
});

describe('readPushEvent', () => {
  it('reads pushes of GitHub, GitLab and others', () => {
    expect(
      readPushEvent({
        ref: 'refs/heads/main',
        before: 'a',
        after: 'b',
        repository: {
          id: 1,
          clone_url: 'https://github.com/t/x.git',
          ssh_url: 'git@github.com:t/x.git',
          default_branch: 'main',
        },
      }),
    ).toEqual({
      urls: ['https://github.com/t/x.git', 'git@github.com:t/x.git'],
      ref: 'refs/heads/main',
      defaultBranch: 'main',
      id: 'b',
    });
    expect(
      readPushEvent({
        object_kind: 'tag_push',
        ref: 'refs/tags/v1',
        after: 'c',
        project: { git_http_url: 'https://gitlab.com/t/x.git' },
        repository: { url: 'git@gitlab.com:t/x.git' },
      }),
    ).toEqual({
      urls: ['https://gitlab.com/t/x.git'],
      ref: 'refs/tags/v1',
      id: 'c',
    });
    expect(readPushEvent({ url: 'oci://ghcr.io/t/x' })).toEqual({
      urls: ['oci://ghcr.io/t/x'],
    });
  });

  it.each([
    null,
    'x',
    {},
    { zen: 'x', repository: { clone_url: 'https://github.com/t/x' } },
    { object_kind: 'issue', project: {} },
  ])('takes %j for no push', payload => {
    expect(readPushEvent(payload)).toBeUndefined();
  });
});

describe('matchesPush', () => {
  const url = 'https://git.example.com/t/x';
  const matches = (git: object, push: object) =>
    matchesPush(
      sourceOf({ type: 'git', git: { url, ...git } }) as ArenaSource,
      {
        urls: [`${url}.git`],
        ...push,
      },
    );

  it.each<[object, object, boolean]>([
    [{}, { ref: 'refs/heads/main', defaultBranch: 'main' }, true],
    [{}, { ref: 'refs/heads/other', defaultBranch: 'main' }, false],
    [{}, { ref: 'refs/heads/any' }, true],
    [{}, { ref: 'refs/tags/v1' }, false],
    [{}, {}, true],
    [{ ref: { branch: 'dev' } }, { ref: 'refs/heads/dev' }, true],
    [{ ref: { branch: 'dev' } }, { ref: 'refs/heads/main' }, false],
    [{ ref: { tag: 'v1' } }, { ref: 'refs/tags/v1' }, true],
    [{ ref: { tag: 'v1', branch: 'm' } }, { ref: 'refs/heads/m' }, false],
    [{ ref: { commit: 'a' } }, {}, false],
    [{}, { urls: ['https://git.example.com/t/y'] }, false],
    [{}, { urls: ['https://other.example.com/t/x'] }, false],
  ])('%j, %j: %s', (git, push, expected) => {
    expect(matches(git, push)).toBe(expected);
  });

  it('knows artifacts of a registry, and no folders', () => {
    const push = { urls: ['oci://ghcr.io/t/x'] };
    const of = (spec: object) =>
      matchesPush(sourceOf(spec) as ArenaSource, push);
    expect(of({ type: 'oci', oci: { url: 'oci://ghcr.io/t/x:v1' } })).toBe(
      true,
    );
    expect(of({ type: 'oci', oci: { url: 'oci://ghcr.io/t/y:v1' } })).toBe(
      false,
    );
    expect(of({ type: 'workspace', workspace: { path: 'x' } })).toBe(false);
  });
});
