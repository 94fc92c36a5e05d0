import {
  call,
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
} from '../__testUtils__/checkInput';
import { CheckInput, WorkflowView } from '../Check';

const shop: WorkflowView = {
  initial: 'browse',
  current: 'paid',
  complete: true,
  transitions: [
    { from: 'browse', to: 'cart', event: 'Add', at: 3 },
    { from: 'cart', to: 'paid', event: 'Pay', at: 6 },
  ],
};

function inShop(values: Partial<CheckInput> = {}): CheckInput {
  return checkInput({ workflow: shop, ...values });
}

const still = checkInput({
  workflow: { ...shop, current: 'browse', complete: false, transitions: [] },
});
const none = checkInput();

const cases: CheckCase[] = [
  ['state_is', { state: 'paid' }, inShop(), 1],
  ['state_is', { state: 'cart' }, inShop(), 0],
  ['state_is', { state: 'paid' }, none, 0],
  ['state_is', {}, inShop(), 'invalid', 0],
  ['transitioned_to', { state: 'cart' }, inShop(), 1],
  ['transitioned_to', { state: 'browse' }, inShop(), 0],
  ['transitioned_to', { state: 'cart' }, still, 0],
  ['workflow_complete', {}, inShop(), 1],
  ['workflow_complete', {}, still, 0],
  ['workflow_complete', {}, none, 0],
  ['workflow_transition_order', { sequence: ['cart', 'paid'] }, inShop(), 1],
  ['workflow_transition_order', { sequence: ['paid', 'cart'] }, inShop(), 0.5],
  ['workflow_transition_order', {}, inShop(), 'invalid', 0],
  [
    'outcome_equivalent',
    { metric: 'final_state', expected_state: 'paid' },
    inShop(),
    1,
    0,
  ],
  [
    'outcome_equivalent',
    { metric: 'final_state', expected_state: 'cart' },
    inShop(),
    0,
  ],
  [
    'directional',
    { check: 'same_outcome', baseline_state: 'paid' },
    inShop(),
    1,
    0,
  ],
  ['spoke_in_state', {}, none, 'invalid', 0],
  ['spoke_in_state', { state: 'cart' }, none, 0],
];

describe('workflow checks', () => {
  it.each<CheckCase>(cases)('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  describe('spoke_in_state', () => {
    const spoke = (content: string) =>
      checkInput({
        messages: [
          {
            role: 'assistant',
            content,
            turn: 0,
            state: { state: 'cart', terminal: false },
          },
        ],
      });
    it.each<CheckCase>([
      ['spoke_in_state', { state: 'cart' }, spoke('Here it is'), 1],
      ['spoke_in_state', { state: 'cart' }, spoke(' \n'), 0],
      ['spoke_in_state', { state: 'paid' }, spoke('Here it is'), 0],
    ])('%s %j', async (...given) => {
      expect(await outcomesOf(given)).toEqual(expectedOf(given));
    });
  });

  describe('workflow_tool_access', () => {
    const rules = (state: string, ...allowed: string[]) => ({
      rules: [{ state, allowed }],
    });
    // `search` by browse, `price` by cart, `charge` by paid.
    const calls = inShop({
      toolCalls: [
        call('search', {}, { message: 1 }),
        call('price', {}, { message: 4 }),
        call('charge', {}, { message: 7 }),
      ],
    });
    it.each<CheckCase>([
      ['workflow_tool_access', rules('browse', 'search'), calls, 1],
      ['workflow_tool_access', rules('cart', 'charge'), calls, 0, 1],
      ['workflow_tool_access', rules('paid', 'charge'), calls, 1, 0],
      ['workflow_tool_access', rules('paid'), calls, 0],
      [
        'workflow_tool_access',
        rules('browse'),
        { ...still, toolCalls: [call('search')] },
        0,
        1,
      ],
      ['workflow_tool_access', rules('browse'), none, 0],
    ])('%s %j', async (...given) => {
      expect(await outcomesOf(given)).toEqual(expectedOf(given));
    });

    const stamped = inShop({
      messages: [
        {
          role: 'assistant',
          content: '',
          turn: 0,
          state: { state: 'cart', terminal: false },
        },
      ],
      toolCalls: [call('charge', {}, { message: 0 })],
    });
    it.each<CheckCase>([
      ['workflow_tool_access', rules('cart', 'price'), stamped, 0, 1],
    ])('%s %j', async (...given) => {
      expect(await outcomesOf(given)).toEqual(expectedOf(given));
    });
  });
});
