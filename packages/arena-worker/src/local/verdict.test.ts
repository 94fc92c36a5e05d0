import { Verdict } from './verdict';

const row = (
  status: 'passed' | 'failed' | 'errored',
  trial = 0,
  variant = 0,
) => ({ status, trial, variant });

function verdict(
  options: ConstructorParameters<typeof Verdict>[0],
  ...rows: Array<ReturnType<typeof row>>
) {
  const result = new Verdict(options);
  rows.forEach(each => result.add(each));
  return result.passed;
}

describe('Verdict', () => {
  it('only looks at the first trial and variant when the quirk is on', () => {
    const later = [row('passed'), row('failed', 1), row('errored', 0, 1)];
    expect(verdict({ onlyFirstTrialCounts: true }, ...later)).toBe(true);
    expect(verdict({ onlyFirstTrialCounts: false }, ...later)).toBe(false);
    expect(
      verdict({ onlyFirstTrialCounts: true }, row('failed'), row('passed', 1)),
    ).toBe(false);
  });

  it('counts what could not be run as not passed', () => {
    expect(
      verdict({ onlyFirstTrialCounts: false }, row('passed'), row('errored')),
    ).toBe(false);
  });

  it('is never green when nothing ran', () => {
    expect(verdict({ onlyFirstTrialCounts: false, minPassRate: 0 })).toBe(
      false,
    );
  });

  it('passes from the given rate on', () => {
    const rows = [row('passed'), row('passed'), row('failed')];
    expect(
      verdict({ onlyFirstTrialCounts: false, minPassRate: 2 / 3 }, ...rows),
    ).toBe(true);
    expect(
      verdict({ onlyFirstTrialCounts: false, minPassRate: 0.67 }, ...rows),
    ).toBe(false);
  });
});
