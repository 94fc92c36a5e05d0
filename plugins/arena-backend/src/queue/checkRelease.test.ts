import { checkRelease } from './checkRelease';

const check = (workerVersion: string | undefined, backend: string) =>
  checkRelease({ protocolVersion: 1, workerVersion }, backend);

describe('checkRelease', () => {
  it.each([
    ['1.4.2', '1.4.0'],
    ['1.3.9', '1.4.0'],
    ['1.5.0-next.1', '1.4.7'],
    [undefined, '1.4.0'],
  ])('takes a worker of release %s at %s', (worker, backend) => {
    expect(check(worker, backend)).toBeUndefined();
  });

  it.each([
    ['1.2.0', '1.4.0'],
    ['1.6.0', '1.4.0'],
    ['2.4.0', '1.4.0'],
    ['0.9.0', '1.0.0'],
    ['latest', '1.4.0'],
    ['', '1.4.0'],
  ])('refuses one of release %j at %s, naming both', (worker, backend) => {
    const message = check(worker, backend);
    expect(message).toContain(worker);
    expect(message).toContain(`use a worker of release ${backend}`);
  });

  it('refuses another protocol, whatever the release', () => {
    expect(
      checkRelease({ protocolVersion: 2, workerVersion: '1.0.0' }, '1.0.0'),
    ).toMatch(/^protocolVersion: 2 is not supported; .* speaks version 1/);
  });
});
