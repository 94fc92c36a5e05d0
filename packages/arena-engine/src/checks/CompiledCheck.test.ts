import { COMPATIBLE, Quirks, STRICT } from '../quirks/quirks';
import {
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
  said,
} from './__testUtils__/checkInput';
import { compileCheck, compileWhen, judge } from './CompiledCheck';

function judged(
  type: string,
  params: Record<string, unknown>,
  { quirks = STRICT, reply = 'a' }: { quirks?: Quirks; reply?: string } = {},
) {
  return judge(compileCheck({ type, params }, { quirks }), 'turn', said(reply));
}

describe('compiled checks', () => {
  it.each<CheckCase>([
    [
      'assertion',
      { eval_type: 'contains', eval_params: { patterns: ['a', 'b'] } },
      said('a'),
      0.5,
    ],
    [
      'guardrail',
      { eval_type: 'regex', eval_params: { pattern: 'a' } },
      said('a'),
      1,
    ],
    [
      'assertion',
      {
        eval_type: 'assertion',
        eval_params: { eval_type: 'regex', eval_params: { pattern: 'a' } },
      },
      said('a'),
      1,
    ],
    ['assertion', {}, said('a'), 'invalid'],
    ['is_polite', {}, said('a'), 'invalid'],
    ['Contains', { patterns: ['a'] }, said('a'), 'invalid'],
    ['assertion', { eval_type: 'is_polite' }, said('a'), 'invalid'],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  it.each([
    [{}, 0.5, false],
    [{}, 1, true],
    [{ min_score: 0.5 }, 0.5, true],
    [{ min_score: 0.6 }, 0.5, false],
    [{ max_score: 0.5 }, 0.5, true],
    [{ min_score: 0.2, max_score: 0.4 }, 0.5, false],
  ])(
    'pass by the threshold %j at score %s: %s',
    async (bounds, score, passed) => {
      const patterns = score === 1 ? ['a'] : ['a', 'b'];
      expect(await judged('contains', { patterns, ...bounds })).toMatchObject({
        score,
        passed,
      });
    },
  );

  it('fail when they are wrong in themselves, whatever the threshold', async () => {
    const result = await judged(
      'is_polite',
      { min_score: 0 },
      { quirks: COMPATIBLE },
    );
    expect(result.passed).toBe(false);
  });

  it('overlook in compatible runs what strict runs refuse', async () => {
    const params = { words: ['awful'], min_score: '0' };
    const options = { reply: 'awful' };
    expect(
      await judged('banned_words', params, { ...options, quirks: COMPATIBLE }),
    ).toMatchObject({ passed: true, score: 1 });
    const strict = await judged('banned_words', params, options);
    expect(strict.passed).toBe(false);
    expect(strict.explanation).toContain('Unknown parameter "words"');
    expect(strict.explanation).toContain('patterns');
    expect(strict.explanation).toContain('min_score: Expected a number');
  });

  it('pass without a score in compatible runs only', async () => {
    const params = { schema: { type: 'strng' } };
    const check = compileCheck(
      { type: 'json_schema', params },
      { quirks: COMPATIBLE },
    );
    expect(await judge(check, 'turn', said('{}'))).toMatchObject({
      passed: true,
      explanation: expect.stringContaining('strng'),
    });
    const strict = { ...check, quirks: STRICT };
    expect((await judge(strict, 'turn', said('{}'))).passed).toBe(false);
  });

  it('name the check that was probably meant', async () => {
    const result = await judged(
      'contians',
      {},
      {
        quirks: COMPATIBLE,
      },
    );
    expect(result.explanation).toBe(
      'Unknown check type "contians". Did you mean "contains"?',
    );
  });

  it('fail when a text is too long for their pattern', async () => {
    const pattern = '(?:\\pL{1000}){4}[^\\w]';
    const nested = '\\pL{1000}'.repeat(4);
    expect(
      (await judged('regex', { pattern }, { quirks: COMPATIBLE })).score,
    ).toBe(0);
    const result = await judged(
      'regex',
      { pattern: `${nested}[^\\w]` },
      { quirks: COMPATIBLE, reply: 'a'.repeat(200_000) },
    );
    expect(result).toMatchObject({
      passed: false,
      explanation: expect.stringContaining('too long'),
    });
  });

  it('let errors that are no verdict through', async () => {
    const check = compileCheck(
      { type: 'tool_exec', params: { tool: 'x' } },
      { quirks: STRICT },
    );
    const input = checkInput({
      callTool: async () => {
        throw new Error('the lease is lost');
      },
    });
    await expect(judge(check, 'turn', input)).rejects.toThrow(
      'the lease is lost',
    );
  });
});

describe('the condition of a check', () => {
  const calls = [{ name: 'search_orders' }, { name: 'refund' }];

  it.each([
    [undefined, true],
    [{ tool_called: 'refund' }, true],
    [{ tool_called: 'ship' }, false],
    [{ tool_called_pattern: '^search_' }, true],
    [{ tool_called_pattern: '^ship' }, false],
    [{ tool_called_pattern: '(' }, false],
    [{ any_tool_called: true }, true],
    [{ min_tool_calls: 2 }, true],
    [{ min_tool_calls: 3 }, false],
  ])('%j is met: %s', (when, met) => {
    expect(compileWhen(when)(calls)).toBe(met);
  });

  it('asks for any call at all', () => {
    expect(compileWhen({ any_tool_called: true })([])).toBe(false);
  });
});
