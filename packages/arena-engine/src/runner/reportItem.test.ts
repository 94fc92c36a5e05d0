import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { ItemConversation } from '../conversation/ItemConversation';
import { ProviderError } from '../providers/ChatProvider';
import { SecretReader } from '../providers/SecretReader';
import { STRICT } from '../quirks/quirks';
import { describeError, Ending, reportItem } from './reportItem';

const USE = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cost: 0 };

const EMPTY: ItemConversation = {
  id: 'one',
  system: '',
  messages: [],
  verdicts: [],
  observations: [],
  hasChecks: true,
  toolCallCount: 0,
  totals: USE,
  roleTotals: USE,
  run: async () => {},
  judgeConversation: async () => {},
  observe: async () => {},
  end: () => {},
};

/** Nothing was said, so nothing that is excluded was. */
const EXCLUSION: CheckResult = {
  type: 'content_excludes',
  level: 'conversation',
  passed: true,
  score: 1,
  explanation: 'Has none of the texts',
};

const report = (ending: Ending, conversation = EMPTY) =>
  reportItem({
    cell: {
      index: 0,
      scenarioIndex: 0,
      scenario: { id: 's', providers: [0], variants: 1, trials: 1, key: 's' },
      providerIndex: 0,
      provider: { id: 'p', group: 'default', type: 'mock', key: 'p' },
      region: 'default',
      variant: 0,
      trial: 0,
    },
    attempt: 1,
    startedAt: 0,
    durationMs: 1,
    conversation,
    ending,
    quirks: STRICT,
    secrets: new SecretReader(() => undefined),
    maxTranscriptBytes: 10_000,
  });

describe('reportItem', () => {
  it('scores what was judged', () => {
    expect(report({ checks: [EXCLUSION] })).toMatchObject({
      status: 'passed',
      score: 1,
    });
    expect(
      report({ checks: [EXCLUSION], limit: 'Too many rounds' }),
    ).toMatchObject({ status: 'failed', score: 1 });
  });

  it('keeps verdict and numbers when the transcript cannot be written', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`);
    const item = report(
      { checks: [EXCLUSION] },
      {
        ...EMPTY,
        totals: { ...USE, cost: 2 },
        messages: [
          {
            role: 'assistant',
            content: '',
            turn: 0,
            toolCalls: [{ id: 'c', name: 'look', arguments: deep }],
          },
        ],
      },
    );
    expect(item).toMatchObject({ status: 'passed', score: 1, cost: 2 });
    expect(JSON.parse(item.transcript ?? '')).toMatchObject({
      scenario: 's',
      messages: [],
      truncated: true,
      error: {
        class: 'engine',
        message: expect.stringContaining('The transcript cannot be written'),
      },
    });
  });

  it('has no score of what could not be carried out', () => {
    const { fault } = describeError(
      new ProviderError('provider', 'The model is away', true),
    );
    const item = report({ checks: [EXCLUSION], fault });
    expect(item).toMatchObject({
      status: 'errored',
      error: { class: 'provider', message: 'The model is away' },
    });
    expect(item.score).toBeUndefined();
  });
});
