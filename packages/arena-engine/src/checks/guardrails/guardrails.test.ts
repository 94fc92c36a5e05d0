import { checkInput, testCases } from '../__testUtils__/checkInput';

describe('Checks of guardrails', () => {
  testCases([
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
  ]);
});
