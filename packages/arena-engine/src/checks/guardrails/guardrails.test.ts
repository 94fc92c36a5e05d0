import {
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
} from '../__testUtils__/checkInput';

describe('Checks of guardrails', () => {
  it.each<CheckCase>([
    [
      'guardrail_triggered',
      { validator: 'regex', direction: 'input' },
      checkInput({
        firings: [{ type: 'regex', direction: 'output', message: '' }],
      }),
      0,
    ],
    [
      'guardrail_triggered',
      { validator: 'regex' },
      checkInput({
        firings: [{ type: 'regex', direction: 'output', message: '' }],
      }),
      1,
    ],
    [
      'guardrail_triggered',
      { validator: 'x', should_trigger: false },
      checkInput({}),
      1,
    ],
    [
      'guardrail_triggered',
      { validator: 'assertion_0_x' },
      checkInput({ prior: new Map([['assertion_0_x', 0]]) }),
      1,
    ],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });
});
