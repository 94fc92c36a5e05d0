import { CHECK_FAMILIES } from './registry';

describe('checks that ask somebody', () => {
  it('say so', () => {
    const silent = CHECK_FAMILIES.flatMap(({ checks }) => checks).filter(
      ({ asks, quirks }) => !asks && quirks?.includes('failingJudgeFailsCheck'),
    );
    // It looks for patterns first, and asks only where there is a judge.
    expect(silent.map(({ type }) => type)).toEqual(['pii_leakage']);
  });
});
