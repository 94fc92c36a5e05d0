import { parseGitUrl } from './GitUrl';

describe('parseGitUrl', () => {
  it.each([
    [
      'https://github.com/acme/x.git',
      { protocol: 'https', host: 'github.com' },
      'https://github.com/acme/x.git',
    ],
    [
      'http://[::1]:8080/x',
      { protocol: 'http', host: '::1', port: 8080 },
      'http://[::1]:8080/x',
    ],
    [
      'ssh://git.example.com:7999/team/x.git',
      { protocol: 'ssh', host: 'git.example.com', port: 7999, user: 'git' },
      'ssh://git@git.example.com:7999/team/x.git',
    ],
    [
      'ssh://jo@git.example.com/x',
      { protocol: 'ssh', host: 'git.example.com', user: 'jo' },
      'ssh://jo@git.example.com/x',
    ],
    [
      'git@github.com:acme/x.git',
      { protocol: 'ssh', host: 'github.com', user: 'git' },
      'git@github.com:acme/x.git',
    ],
  ])('reads %s', (text, expected, href) => {
    expect(parseGitUrl(text)).toEqual({ ...expected, href });
  });

  it.each([
    ['', 'is no URL'],
    ['/etc/passwd', 'is no URL'],
    ['file:///etc', 'must begin with'],
    ['ext::sh -c true', 'is no URL|must begin with'],
    ['git://github.com/x', 'must begin with'],
    ['https://jo:hunter2@github.com/x', 'must have no credentials'],
    ['https://token@github.com/x', 'must have no credentials'],
    ['ssh://jo:hunter2@github.com/x', 'must have no credentials'],
    ['ssh://-oProxyCommand=x/x', 'must not have a part|is no URL'],
    ['git@-x:y', 'must not have a part'],
    ['git@github.com:--upload-pack=x', 'must not have a part'],
  ])('refuses %j', (text, message) => {
    const parse = () => parseGitUrl(text);
    expect(parse).toThrow(/^spec.git.url: Invalid value/);
    expect(parse).toThrow(new RegExp(message));
    expect(parse).not.toThrow(/hunter2/);
  });
});
