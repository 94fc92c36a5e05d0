import {
  createAddressPolicy,
  createMetadataPolicy,
  isHostPattern,
} from './AddressPolicy';

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

describe('createMetadataPolicy', () => {
  const check = (address: string) =>
    createMetadataPolicy().check(new URL(address));

  it.each([
    'http://169.254.169.254/latest/meta-data/iam/',
    'http://169.254.170.2/v2/credentials/',
    'http://2852039166/',
    'http://0xa9.254.43518/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fd00:ec2::254]/',
    'http://[fd00:ec2::23]/v1/credentials',
    'http://[fd20:ce::254]/computeMetadata/v1/',
    'http://[fd00:c1::a9fe:a9fe]/opc/v2/',
    'http://[64:ff9b::6464:64c8]/',
    'http://[64:ff9b::168.63.129.16]/',
    'http://[fe80::a9fe:a9fe]/',
    'http://168.63.129.16/machine',
    'http://100.100.100.200/',
    'http://192.0.0.192/opc/v2/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://METADATA.google.internal./',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://instance-data.eu-west-1.ec2.internal/',
  ])('never allows %s', address => {
    expect(() => check(address)).toThrow(/credentials of their machines/);
  });

  it.each([
    'http://127.0.0.1:11434/',
    'http://10.0.0.7/',
    'http://vllm.models.svc/',
    'http://[fd00::1]/',
    'http://metadata/',
    'http://ip-10-0-0-1.ec2.internal/',
    'https://metadata.example.com/',
  ])('allows %s', address => {
    expect(() => check(address)).not.toThrow();
  });

  it('looks at what a name stands for', async () => {
    const { lookup } = createMetadataPolicy();
    const found = await new Promise((done, fail) =>
      lookup('localhost', { all: true }, (error, addresses) =>
        error ? fail(error) : done(addresses),
      ),
    );
    expect(found).toContainEqual({ address: '127.0.0.1', family: 4 });
    // Node takes an address for a name that stands for itself.
    await expect(
      new Promise((done, fail) =>
        lookup('169.254.169.254', {}, (error, address) =>
          error ? fail(error) : done(address),
        ),
      ),
    ).rejects.toThrow(/credentials of their machines/);
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
