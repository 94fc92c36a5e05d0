import { isListedHost } from './isListedHost';

describe('isListedHost', () => {
  it.each([
    ['git.example.com', 'git.example.com'],
    ['GIT.example.com.', 'git.example.com'],
    ['git.example.com', '*.example.com'],
    ['[fd00::1]', 'fd00::1'],
    ['anything', '*'],
  ])('finds %s by %s', (host, entry) => {
    expect(isListedHost(host, ['other', entry])).toBe(true);
  });

  it.each([
    ['git.example.com.evil.org', 'git.example.com'],
    ['evilexample.com', '*.example.com'],
    ['example.com', '*.example.com'],
    ['git.example.com', ''],
    ['a', 'git*'],
  ])('does not find %s by %s', (host, entry) => {
    expect(isListedHost(host, [entry])).toBe(false);
  });
});
