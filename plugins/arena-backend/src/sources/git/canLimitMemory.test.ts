import { canLimitMemory } from './canLimitMemory';

describe('canLimitMemory', () => {
  it('knows that Linux can', async () => {
    expect(await canLimitMemory(256 * 1024 ** 2)).toBe(
      process.platform === 'linux',
    );
  });

  it('knows what cannot be set', async () => {
    expect(await canLimitMemory(NaN)).toBe(false);
  });
});
