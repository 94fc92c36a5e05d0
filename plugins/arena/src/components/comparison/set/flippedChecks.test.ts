import { CheckResult, Transcript } from '@backstage-arena/plugin-arena-common';
import { flippedChecks } from './flippedChecks';

const check = (
  type: string,
  passed: boolean,
  more: Partial<CheckResult> = {},
): CheckResult => ({
  type,
  level: 'conversation',
  passed,
  explanation: passed ? 'found' : 'missing',
  ...more,
});

const transcript = (
  checks: CheckResult[],
  turns: CheckResult[][] = [],
): Transcript => ({
  version: 1,
  scenario: 's',
  provider: 'p',
  region: 'default',
  variant: 0,
  trial: 0,
  messages: turns.map((own, turn) => ({
    role: 'assistant',
    content: '',
    turn,
    checks: own,
  })),
  checks,
});

describe('flippedChecks', () => {
  it('names checks with another verdict, of the conversation and of turns', () => {
    const before = transcript(
      [check('contains', true, { params: { text: 'a' } }), check('cost', true)],
      [[check('regex', false)], [check('regex', true)]],
    );
    const after = transcript(
      [
        check('contains', false, { params: { text: 'a' } }),
        check('cost', true),
      ],
      [[check('regex', true)], [check('regex', true, { skipped: true })]],
    );
    expect(flippedChecks(before, after)).toEqual([
      {
        type: 'contains',
        turn: undefined,
        before: 'passed',
        after: 'failed',
        explanation: 'missing',
      },
      {
        type: 'regex',
        turn: 0,
        before: 'failed',
        after: 'passed',
        explanation: 'found',
      },
      expect.objectContaining({ turn: 1, before: 'passed', after: 'skipped' }),
    ]);
  });

  it('tells the same check twice apart, and leaves out what only one of them has', () => {
    const before = transcript([
      check('contains', true),
      check('contains', false),
    ]);
    const after = transcript([
      check('contains', true),
      check('contains', true),
      check('new', false),
    ]);
    expect(flippedChecks(before, after)).toEqual([
      expect.objectContaining({ before: 'failed', after: 'passed' }),
    ]);
    expect(flippedChecks(before, before)).toEqual([]);
  });
});
