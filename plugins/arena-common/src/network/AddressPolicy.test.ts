import { createAddressPolicy, isHostPattern } from './AddressPolicy';

describe('createAddressPolicy', () => {
  const refuses = (address: string, allowedHosts: string[] = []) => {
    try {
      createAddressPolicy({ allowedHosts, behindProxy: true }).check(
        new URL(address),
      );
      return false;
    } catch (error) {
      expect(String(error)).toMatch(/arena\.network\.allow/);
      return true;
    }
  };

  it.each([
    'http://127.0.0.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0.0.0.0/',
    'http://localhost:7007/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://10.1.2.3/',
    'http://172.31.0.1/',
    'http://192.168.0.1/',
    'http://100.100.100.200/',
    'http://169.254.169.254/latest/meta-data/',
    'http://168.63.129.16/',
    'http://metadata.google.internal/',
    'http://postgres:5432/',
    'http://vllm.models.svc/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[64:ff9b::7f00:1]/',
  ])('refuses %s', address => {
    expect(refuses(address)).toBe(true);
  });

  it.each([
    'https://example.com/',
    'http://8.8.8.8/',
    'http://[2606:4700::1]/',
  ])('allows %s', address => {
    expect(refuses(address)).toBe(false);
  });

  it.each([
    ['http://127.0.0.1/', '127.0.0.1'],
    ['http://10.1.2.3/', '10.0.0.0/8'],
    ['http://[fd00::1]/', 'fd00::/8'],
    ['http://localhost:1/', 'localhost'],
    ['http://vllm.models.svc/', '*.svc'],
  ])('allows %s when %s is listed', (address, entry) => {
    expect(refuses(address, [entry])).toBe(false);
    expect(refuses('http://192.168.7.7/', [entry])).toBe(true);
  });

  const resolve = (name: string, allowedHosts: string[]) =>
    new Promise((done, fail) =>
      createAddressPolicy({ allowedHosts, behindProxy: false }).lookup(
        name,
        { all: true },
        (error, found) => (error ? fail(error) : done(found)),
      ),
    );

  it('looks at what a name stands for where it is resolved', async () => {
    await expect(resolve('localhost', [])).rejects.toThrow(
      /^localhost is not on the public internet/,
    );
    const found = { address: '127.0.0.1', family: 4 };
    expect(await resolve('localhost', ['127.0.0.0/8'])).toEqual([found]);
    expect(await resolve('localhost', ['localhost'])).toContainEqual(found);
  });
});

describe('isHostPattern', () => {
  it.each(['a', 'a.example.com', '*.svc', '::1', '10.0.0.0/8', 'fd00::/8'])(
    'takes %s',
    text => {
      expect(isHostPattern(text)).toBe(true);
    },
  );

  it.each(['', '*', 'http://a', 'a:80', '10.0.0.0/33', '10.0.0.0/8/8', 'a*'])(
    'refuses %s',
    text => {
      expect(isHostPattern(text)).toBe(false);
    },
  );
});
