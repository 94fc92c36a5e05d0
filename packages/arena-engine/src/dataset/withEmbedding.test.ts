import { ItemReport } from '@backstage-arena/plugin-arena-common';
import { ItemStopped } from '../conversation/errors';
import { BudgetExhausted } from '../load/BudgetLedger';
import { ProviderError } from '../providers/ChatProvider';
import { ItemSignal } from '../runner/ItemSignal';
import { withEmbedding } from './withEmbedding';

const REPORT: ItemReport = {
  index: 3,
  attempt: 1,
  status: 'passed',
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 5,
  checksTotal: 0,
  checksFailed: 0,
  turns: 1,
  toolCalls: 0,
  inputTokens: 10,
  outputTokens: 20,
  cachedTokens: 0,
  cost: 0.5,
  generated: { row: '{"a":1}' },
};

/** @param embed - takes the signal of the item */
async function outcome(
  embed: (signal: AbortSignal) => Promise<number[]>,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ItemReport> {
  const { timeoutMs = 10_000, signal = new AbortController().signal } = options;
  const item = new ItemSignal(signal, timeoutMs);
  try {
    return await withEmbedding(REPORT, {
      embedder: {
        embed: async (_, call) => ({
          vectors: [await embed(call.signal)],
          inputTokens: 7,
          cost: 0.25,
        }),
      },
      item,
      signal,
      beforeCall: async () => {},
      onUse: undefined,
    });
  } finally {
    item.release();
  }
}

const never = (signal: AbortSignal) =>
  new Promise<number[]>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('withEmbedding', () => {
  it('adds what a row means, and what that cost', async () => {
    expect(await outcome(async () => [1, 0])).toEqual({
      ...REPORT,
      inputTokens: 17,
      cost: 0.75,
      generated: { row: '{"a":1}', embedding: 'fwA=' },
    });
  });

  it.each([
    [
      'a failure of the provider',
      new ProviderError('overload', 'too busy', true),
      { class: 'overload', message: 'too busy' },
    ],
    ['any other', new Error('broken'), { class: 'engine', message: 'broken' }],
  ])('keeps what was spent before %s', async (_, error, fault) => {
    expect(await outcome(() => Promise.reject(error))).toEqual({
      ...REPORT,
      status: 'errored',
      message: fault.message,
      error: { ...fault, retryable: false },
      generated: undefined,
    });
  });

  it('keeps what was spent before the time was up', async () => {
    expect(await outcome(never, { timeoutMs: 20 })).toMatchObject({
      status: 'errored',
      cost: 0.5,
      outputTokens: 20,
      error: { class: 'timeout', retryable: false },
    });
  });

  it('keeps what an embedding cost that has too many dimensions', async () => {
    expect(await outcome(async () => Array(4_097).fill(1))).toMatchObject({
      cost: 0.75,
      inputTokens: 17,
      error: {
        class: 'provider',
        message: expect.stringMatching(/4097 dimensions/),
        retryable: false,
      },
    });
  });

  it('is not finished when the budget does not reach', async () => {
    const spent = new ItemStopped(new BudgetExhausted('nothing left'));
    expect(await outcome(() => Promise.reject(spent))).toMatchObject({
      status: 'failed',
      cost: 0.5,
      generated: { unfinished: true },
    });
  });

  it('ends with what the caller stopped it with', async () => {
    const caller = new AbortController();
    const ended = outcome(never, { signal: caller.signal });
    caller.abort(new Error('The lease is lost'));
    await expect(ended).rejects.toThrow('The lease is lost');
  });
});
