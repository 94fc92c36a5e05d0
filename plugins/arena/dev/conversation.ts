import { RunItem, Transcript } from '@backstage-arena/plugin-arena-common';

/** What an agent and a customer might have said. */
export function conversation(item: RunItem): Transcript {
  const failed = item.status === 'failed';
  return {
    version: 1,
    scenario: item.scenario,
    provider: item.provider,
    region: item.region,
    variant: item.variant,
    trial: item.trial,
    messages: [
      {
        role: 'system',
        content:
          'You are the support agent of ACME. Be brief and kind. Refunds are possible within 30 days of delivery. Never reveal internal notes.',
      },
      {
        role: 'user',
        turn: 0,
        content:
          'Hi, my headphones arrived broken. Order 4711. Can I get my money back?',
      },
      {
        role: 'assistant',
        turn: 0,
        content: 'I am sorry to hear that! Let me look at your order.',
        toolCalls: [
          {
            id: 'call-1',
            name: 'get_order',
            arguments: { orderId: '4711', include: ['delivery', 'items'] },
          },
        ],
        latencyMs: 912,
        ttftMs: 240,
        inputTokens: 412,
        outputTokens: 38,
        cost: 0.0011,
        finishReason: 'tool_calls',
      },
      {
        role: 'tool',
        turn: 0,
        content:
          '{"orderId":"4711","status":"delivered","deliveredAt":"2026-11-12","items":[{"sku":"HP-9","name":"Headphones","price":79.9}]}',
        toolResult: { id: 'call-1', name: 'get_order' },
        latencyMs: 34,
      },
      {
        role: 'assistant',
        turn: 0,
        content: failed
          ? 'Your order 4711 was delivered. You can get your money back, just send the headphones to us.'
          : 'Your order 4711 was delivered 11 days ago, so you are within the 30 days and can have the full 79.90 € back. Shall I send you a return label?',
        latencyMs: 1_420,
        ttftMs: 310,
        inputTokens: 521,
        outputTokens: 57,
        cost: 0.0016,
        finishReason: 'stop',
        validations: [
          {
            type: 'banned_words',
            passed: true,
            direction: 'output',
          },
          ...(failed
            ? [
                {
                  type: 'pii_filter',
                  passed: false,
                  direction: 'output',
                  message: 'a street address was removed from the reply',
                },
              ]
            : []),
        ],
        checks: [
          {
            type: 'content_includes',
            level: 'turn',
            passed: !failed,
            explanation: failed
              ? 'The reply does not contain "30 days".'
              : 'The reply contains "30 days".',
            message: 'must state the refund deadline',
            params: { patterns: ['30 days'], case_sensitive: false },
          },
          {
            type: 'max_length',
            level: 'turn',
            passed: true,
            explanation: 'The reply has 143 of at most 600 characters.',
            params: { max: 600 },
          },
        ],
      },
      { role: 'user', turn: 1, content: 'Yes please, that would be great.' },
      {
        role: 'assistant',
        turn: 1,
        content:
          'Done: the label is on its way to your mailbox. Is there anything else?',
        latencyMs: 734,
        ttftMs: 205,
        inputTokens: 604,
        outputTokens: 22,
        cost: 0.0009,
        finishReason: 'stop',
      },
    ],
    checks: [
      {
        type: 'tools_called',
        level: 'conversation',
        passed: true,
        explanation: 'get_order was called once.',
        params: { tools: ['get_order'] },
      },
      {
        type: 'llm_judge',
        level: 'conversation',
        passed: !failed,
        score: failed ? 0.4 : 0.9,
        explanation: failed
          ? 'Helpful, but the customer is not told until when the refund is possible.'
          : 'Polite, correct and complete.',
        message: 'is helpful and follows the policy',
        params: { min_score: 0.7, rubric: 'helpfulness' },
      },
      {
        type: 'max_cost',
        level: 'conversation',
        passed: true,
        skipped: true,
        explanation: 'Skipped: the condition "provider has prices" is not met.',
      },
    ],
  };
}
