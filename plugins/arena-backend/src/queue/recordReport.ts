import { InputError } from '@backstage/errors';
import {
  ItemReport,
  ReportRequest,
  ReportResponse,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { readTakesLateRows } from '../datasets/intakeEnd';
import { cellOf, indexLimit, PlannedRun } from '../runs/PlannedRun';
import { RunItemRow, RunLeaseRow, RunRow, RunWorkerRow } from '../runs/tables';
import { compressBatch } from '../transcripts/batchCodec';
import { insertBatch } from '../transcripts/insertBatch';
import { packTranscripts } from '../transcripts/packTranscripts';
import { countItemsIn } from './countItemsIn';
import { checkAmounts, FinishedItem, finishedItem } from './finishedItem';
import { takeItems } from './itemRanges';
import {
  isDone,
  leaseExpiry,
  readContents,
  removeItems,
  writeContents,
} from './leaseContents';
import { lockLease, lostLease } from './lockLease';
import { QueueContext } from './QueueContext';
import { RetriedItem } from './QueueObserver';
import { insertPending } from './returnItems';
import { retryDelay, shouldRetry } from './retryPolicy';

/** Key of a lease with the results that came under it. */
type ReportKey = Omit<ReportRequest, 'results'>;

/** A report without its texts: what remains of it while it waits for the database. */
interface PackedReport {
  key: ReportKey;
  results: Array<Pick<ItemReport, 'index' | 'attempt'>>;
  /** Results that ask for another execution. */
  retried: Map<number, RetriedItem>;
  finished: Map<number, FinishedItem>;
  transcripts?: Buffer;
}

/**
 * Takes results: each is stored and counted once, in one transaction whose size is that of the report.
 *
 * Everything that needs time but no lock (redacting, compressing) happens before.
 *
 * @param read - Called once and at once. What it returns is not held while the report waits: parsed, a report is thousands of
 * small objects, which cost the garbage collector time for as long as they live.
 */
export async function recordReport(
  context: QueueContext,
  run: PlannedRun,
  read: () => ReportRequest,
): Promise<ReportResponse> {
  const { knex, options } = context;
  const now = context.clock.now().getTime();
  const { key, results, retried, finished, transcripts } = packReport(
    context,
    run,
    read(),
    now,
  );
  const batch = transcripts && (await compressBatch(transcripts));

  let over = false;
  let taken: number[] = [];
  const response = await transact(knex, async tx => {
    over = false;
    const lease = await lockLease(
      tx,
      { ...key, runSeq: run.seq },
      now + options.leaseTtlMs,
    );
    if (!lease || lease.kind !== 'work') throw lostLease(key.leaseId);
    const contents = readContents(lease);
    const attempts = new Map(
      takeItems(
        contents.remaining,
        results.map(({ index }) => index),
      ).taken.map(({ index, attempt }) => [index, attempt]),
    );
    const accepted = results.filter(
      ({ index, attempt }) => attempts.get(index) === attempt,
    );
    const refused = results.filter(
      ({ index, attempt }) => attempts.get(index) !== attempt,
    );
    taken = accepted.map(({ index }) => index);
    if (accepted.length > 0) {
      const items = accepted.flatMap(({ index }) => finished.get(index) ?? []);
      const transcriptBatch =
        batch && items.some(item => item.hasTranscript)
          ? await insertBatch(tx, run.seq, batch)
          : undefined;
      await insertPending(
        tx,
        run.seq,
        accepted
          .filter(({ index }) => retried.has(index))
          .map(({ index, attempt }) => ({
            range: [index, index + 1, attempt + 1],
            notBefore: now + retryDelay(options, attempt),
          })),
      );
      const rest = removeItems(contents, taken);
      await tx<RunLeaseRow>('run_leases')
        .where({ lease_id: lease.lease_id })
        .update({
          ...writeContents(rest),
          // A lease with nothing left stays for a while, so that a repeated report is recognised as one.
          expires_at: isDone(rest)
            ? now + options.leaseTtlMs
            : leaseExpiry(rest, {
                now,
                ttlMs: options.leaseTtlMs,
                itemTimeoutMs: run.pins.itemTimeoutMs,
              }),
        });
      const { isOver } = await countItemsIn(tx, {
        run,
        items,
        transcriptBatch,
        now,
        freed: accepted.length,
      });
      // What came too late is counted all the same; nothing more is to come.
      over = isOver;
    }
    return {
      accepted: accepted.length,
      refused: await explain(tx, run, refused, attempts),
      command: await command(tx, run, key.workerId, now),
    };
  });
  context.observer?.reported(run, {
    finished: taken.flatMap(index => finished.get(index) ?? []),
    retried: taken.flatMap(index => retried.get(index) ?? []),
    refused: response.refused.length,
  });
  if (over) throw lostLease(key.leaseId);
  return response;
}

function packReport(
  context: QueueContext,
  run: PlannedRun,
  request: ReportRequest,
  now: number,
): PackedReport {
  const { redact, options } = context;
  const { results, ...key } = request;
  checkResults(run, results);
  const retried = new Map<number, RetriedItem>();
  const final: ItemReport[] = [];
  for (const result of results) {
    const { index, attempt, error } = result;
    if (error && shouldRetry(options, error, attempt, run.pins.maxAttempts)) {
      retried.set(index, {
        provider_ix: cellOf(run, index).providerIndex,
        input_tokens: result.inputTokens,
        output_tokens: result.outputTokens,
        cached_tokens: result.cachedTokens,
        cost: result.cost,
        errorClass: error.class,
      });
    } else {
      final.push(result);
    }
  }
  return {
    key,
    results: results.map(({ index, attempt }) => ({ index, attempt })),
    retried,
    finished: new Map(
      final.map(result => [
        result.index,
        finishedItem(run, result, { now, redact }),
      ]),
    ),
    transcripts: packTranscripts(run, final, {
      redact,
      maxBytes: options.maxTranscriptBytes,
    }),
  };
}

/** @throws InputError when a result is not of the run, comes twice, or has a number that cannot be. */
function checkResults(run: PlannedRun, results: readonly ItemReport[]): void {
  const seen = new Set<number>();
  for (const report of results) {
    const limit = indexLimit(run);
    if (report.index >= limit) {
      throw new InputError(
        `results: item ${report.index} is not in the plan; allowed are 0 to ${
          limit - 1
        }`,
      );
    }
    if (seen.has(report.index)) {
      throw new InputError(`results: item ${report.index} is in it twice`);
    }
    seen.add(report.index);
    checkAmounts(report);
  }
}

/** Why results were not counted. */
async function explain(
  tx: Knex.Transaction,
  run: PlannedRun,
  refused: ReadonlyArray<Pick<ItemReport, 'index' | 'attempt'>>,
  attempts: ReadonlyMap<number, number>,
): Promise<ReportResponse['refused']> {
  if (refused.length === 0) return [];
  const counted = new Set(
    (
      await tx<RunItemRow>('run_items')
        .where({ run_seq: run.seq })
        .whereIn(
          'idx',
          refused.map(({ index }) => index),
        )
        .select('idx')
    ).map(row => Number(row.idx)),
  );
  return refused.map(({ index, attempt }) => {
    const leased = attempts.get(index);
    if (leased !== undefined) {
      return {
        index,
        reason: `attempt ${attempt} was reported, but attempt ${leased} is under lease`,
      };
    }
    return {
      index,
      reason: counted.has(index)
        ? 'counted before'
        : 'not under this lease (reported before and to be retried, or of another lease)',
    };
  });
}

async function command(
  tx: Knex.Transaction,
  run: PlannedRun,
  workerId: string,
  now: number,
): Promise<ReportResponse['command']> {
  const worker = await tx<RunWorkerRow>('run_workers')
    .where({ run_seq: run.seq, worker_id: workerId })
    .first('draining');
  if (worker?.draining) return 'drain';
  if (!run.pins.dataset && !run.pins.budget) return 'continue';
  const head = await tx<RunRow>('runs')
    .where({ seq: run.seq })
    .first('seq', 'state', 'budget_exhausted');
  const isFinishing =
    head?.state === 'Running'
      ? Boolean(head.budget_exhausted)
      : head && (await readTakesLateRows(tx, head, now));
  return isFinishing ? 'finish' : 'continue';
}
