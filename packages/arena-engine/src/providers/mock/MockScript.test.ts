import path from 'node:path';
import { removeBundles, writeBundle } from '../../__testUtils__/bundles';
import { MockScript } from './MockScript';

afterEach(removeBundles);

describe('MockScript', () => {
  it.each([
    [
      'is nested too deeply',
      `scenarios: ${'['.repeat(10_000)}`,
      /:1:\d+: .*deep/,
    ],
    [
      'has a key twice',
      'scenarios:\n  a: {}\n  a: {}\n',
      /mock.yaml:3:3: .*twice/,
    ],
  ])('says where a file %s', async (_, text, message) => {
    const folder = await writeBundle({ 'mock.yaml': text });
    await expect(
      MockScript.read(path.join(folder, 'mock.yaml')),
    ).rejects.toThrow(message);
  });
});
