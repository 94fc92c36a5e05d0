import { COMPATIBLE, STRICT } from '../quirks/quirks';
import { said } from './__testUtils__/checkInput';
import { CheckSet } from './CheckSet';

describe('a set of checks', () => {
  const unmet = {
    type: 'contains',
    params: { patterns: ['x'] },
    when: { tool_called: 'refund' },
  };

  it('runs all of them, in order, even after one failed', async () => {
    const set = new CheckSet(
      'turn',
      [
        { type: 'contains', params: { patterns: ['no'] } },
        { type: 'regex', params: { pattern: 'yes' }, message: 'Agrees' },
      ],
      { quirks: STRICT },
    );
    expect(await set.run(said('yes'), [])).toMatchObject([
      { type: 'contains', passed: false, score: 0, level: 'turn' },
      { type: 'regex', passed: true, score: 1, message: 'Agrees' },
    ]);
  });

  it('lets a check see the scores of those before it', async () => {
    const set = new CheckSet(
      'turn',
      [
        { type: 'contains', params: { patterns: ['no'] } },
        {
          type: 'guardrail_triggered',
          params: { validator: 'assertion_0_contains' },
        },
      ],
      { quirks: STRICT },
    );
    expect((await set.run(said('yes'), []))[1].passed).toBe(true);
  });

  it.each([
    ['turn', COMPATIBLE, true],
    ['turn', STRICT, true],
    ['conversation', COMPATIBLE, false],
    ['conversation', STRICT, true],
  ] as const)(
    'skips a check of a %s whose condition is not met',
    async (level, quirks, passed) => {
      const set = new CheckSet(level, [unmet], { quirks });
      expect(await set.run(said('a'), [])).toMatchObject([
        { skipped: true, passed },
      ]);
    },
  );

  it('fails a check whose condition is wrong in itself', async () => {
    const spec = {
      type: 'contains',
      params: { patterns: ['a'] },
      when: { tool_called_pattern: '(' },
    };
    const strict = new CheckSet('turn', [spec], { quirks: STRICT });
    const [result] = await strict.run(said('a'), []);
    expect(result).toMatchObject({
      passed: false,
      explanation: expect.stringContaining('when.tool_called_pattern'),
    });
    expect(result).not.toHaveProperty('skipped');
    const compatible = new CheckSet('turn', [spec], { quirks: COMPATIBLE });
    expect(await compatible.run(said('a'), [])).toMatchObject([
      { skipped: true },
    ]);
  });
});
