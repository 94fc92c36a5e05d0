import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  MAX_EMBEDDED_LENGTH,
  rowEmbedding,
  rowText,
} from '@backstage-arena/plugin-arena-common/run';
import { Embedder, Embeddings } from '../context/Embedder';
import { ItemStopped } from '../conversation/errors';
import { ExecuteOptions } from '../Engine';
import { BudgetExhausted } from '../load/BudgetLedger';
import { ProviderError } from '../providers/ChatProvider';

/**
 * A report with what its row means. When that cannot be had the attempt ends with an error, or unfinished where the budget does not reach; a report
 * without a row stays as it is.
 */
export async function withEmbedding(
  report: ItemReport,
  options: {
    embedder: Embedder;
    signal: AbortSignal;
    beforeCall: () => Promise<void>;
    onUse: ExecuteOptions['onUse'];
  },
): Promise<ItemReport> {
  const { generated } = report;
  if (generated?.row === undefined) return report;
  const { embedder, signal, beforeCall, onUse } = options;
  let made: Embeddings;
  try {
    made = await embedder.embed([embeddedText(generated.row)], {
      signal,
      beforeCall,
    });
  } catch (error) {
    return withoutRow(report, error);
  }
  const { inputTokens, cost, vectors } = made;
  onUse?.({ inputTokens, outputTokens: 0, cachedTokens: 0, cost });
  return {
    ...report,
    inputTokens: report.inputTokens + inputTokens,
    cost: report.cost + cost,
    generated: {
      ...generated,
      embedding: Buffer.from(rowEmbedding(vectors[0])).toString('base64'),
    },
  };
}

/** @throws what is no error of the attempt */
function withoutRow(report: ItemReport, error: unknown): ItemReport {
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
  if (!(error instanceof ProviderError)) throw error;
  const message = error.message.slice(0, 1_000);
  return {
    ...rest,
    status: 'errored',
    message,
    error: { class: error.errorClass, message, retryable: error.retryable },
  };
}

/** The beginning of what a row says. A pair of surrogates is not cut. */
function embeddedText(row: string): string {
  return rowText(JSON.parse(row))
    .slice(0, MAX_EMBEDDED_LENGTH)
    .replace(/[\ud800-\udbff]$/, '');
}
