import { ItemError, ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  MAX_EMBEDDED_LENGTH,
  rowEmbedding,
  rowText,
} from '@backstage-arena/plugin-arena-common/run';
import { Embedder } from '../context/Embedder';
import { ItemStopped } from '../conversation/errors';
import { ExecuteOptions } from '../Engine';
import { BudgetExhausted } from '../load/BudgetLedger';
import { ProviderError } from '../providers/ChatProvider';
import { ItemSignal } from '../runner/ItemSignal';

/**
 * A report with what its row means. When that cannot be had the attempt ends with an error, or unfinished where the budget does not reach; a report
 * without a row stays as it is. What was spent stays in it, and the conversation is not had once more: the embedder has tried again already.
 *
 * @throws what the caller stopped the item with
 */
export async function withEmbedding(
  report: ItemReport,
  options: {
    embedder: Pick<Embedder, 'embed'>;
    item: Pick<ItemSignal, 'signal' | 'timedOut'>;
    /** Of the caller. */
    signal: AbortSignal;
    beforeCall: () => Promise<void>;
    onUse: ExecuteOptions['onUse'];
  },
): Promise<ItemReport> {
  const { generated } = report;
  if (generated?.row === undefined) return report;
  const { embedder, item, signal, beforeCall, onUse } = options;
  let spent = report;
  try {
    const { inputTokens, cost, vectors } = await embedder.embed(
      [embeddedText(generated.row)],
      { signal: item.signal, beforeCall },
    );
    onUse?.({ inputTokens, outputTokens: 0, cachedTokens: 0, cost });
    spent = {
      ...report,
      inputTokens: report.inputTokens + inputTokens,
      cost: report.cost + cost,
    };
    const embedding = Buffer.from(rowEmbedding(vectors[0])).toString('base64');
    return { ...spent, generated: { ...generated, embedding } };
  } catch (error) {
    signal.throwIfAborted();
    return withoutRow(spent, error, item);
  }
}

/** @throws what is no error of the attempt */
function withoutRow(
  report: ItemReport,
  error: unknown,
  { timedOut }: Pick<ItemSignal, 'timedOut'>,
): ItemReport {
  const { generated: _, ...rest } = report;
  if (error instanceof ItemStopped) {
    if (!(error.reason instanceof BudgetExhausted)) throw error;
    return {
      ...rest,
      status: 'failed',
      message: `Not finished: ${error.reason.message}`.slice(0, 1_000),
      generated: { unfinished: true },
    };
  }
  const message = (
    timedOut ? 'There was no time left for the embedding' : messageOf(error)
  ).slice(0, 1_000);
  return {
    ...rest,
    status: 'errored',
    message,
    error: {
      class: timedOut ? 'timeout' : classOf(error),
      message,
      retryable: false,
    },
  };
}

function classOf(error: unknown): ItemError['class'] {
  if (error instanceof ProviderError) return error.errorClass;
  // Of the number of dimensions.
  return error instanceof RangeError ? 'provider' : 'engine';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The beginning of what a row says. A pair of surrogates is not cut. */
function embeddedText(row: string): string {
  return rowText(JSON.parse(row))
    .slice(0, MAX_EMBEDDED_LENGTH)
    .replace(/[\ud800-\udbff]$/, '');
}
