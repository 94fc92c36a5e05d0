import { refuseIgnoredFlags } from './refuseIgnoredFlags';

describe('options of a load test', () => {
  it.each([
    { given: { junitFile: 'a.xml' }, message: "--junit-file: 'a.xml' has no" },
    { given: { markdownFile: 'a.md' }, message: "--markdown-file: 'a.md'" },
    { given: { format: ['csv', 'junit'] }, message: "--format: 'csv,junit'" },
    { given: { formats: ['csv'] }, message: "--formats: 'csv'" },
    { given: { html: true }, message: '--html: has no effect' },
    { given: { concurrency: '4' }, message: "-j: '4' has no effect" },
    { given: { trials: '3' }, message: "--trials: '3' has no effect" },
  ])(
    'are refused by name when it ignores them: $given',
    ({ given, message }) => {
      expect(() => refuseIgnoredFlags(given)).toThrow(message);
    },
  );

  it('are taken when it knows them', () => {
    expect(() =>
      refuseIgnoredFlags({
        out: 'out',
        scenario: ['a'],
        mockProvider: true,
        ci: true,
        seed: '1',
      }),
    ).not.toThrow();
  });
});
