import { ConflictError, NotFoundError } from '@backstage/errors';
import { isPostgres } from '../database/configureDatabase';
import { retryWhileBusy, transact } from '../database/transact';
import { logFields } from '../runs/logFields';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow, RunRow } from '../runs/tables';
import { endLease } from './endLease';
import { readContents } from './leaseContents';
import { QueueContext } from './QueueContext';

const BATCH = 100;
/** As `writeContents` has it. */
const NOTHING = '[]';

/**
 * Takes back what expired leases held, each in a transaction of its own. Replicas may do it at the same time. A lease that cannot be
 * taken back is reported and left for the next time: it must not hold up those of other runs.
 */
export async function expireLeases(context: QueueContext): Promise<number> {
  const { knex, clock, logger } = context;
  const now = clock.now().getTime();
  // Those with nothing left were only kept for repeated reports.
  await retryWhileBusy(async () =>
    knex<RunLeaseRow>('run_leases')
      .where({ kind: 'work', remaining: NOTHING })
      .andWhere('expires_at', '<=', now)
      .delete(),
  );
  const failed = new Set<string>();
  const ofRuns = new Map<PlannedRun, number>();
  let total = 0;
  for (;;) {
    const expired = await knex<RunLeaseRow>('run_leases')
      .join<RunRow>('runs', 'runs.seq', 'run_leases.run_seq')
      .where('expires_at', '<=', now)
      .whereNotIn('lease_id', [...failed])
      .orderBy('expires_at')
      .limit(BATCH)
      .select('lease_id', 'run_id', 'cluster', 'namespace', 'job_name');
    let ended = 0;
    const failedBefore = failed.size;
    for (const row of expired) {
      const { lease_id: leaseId, run_id: runId, cluster, namespace } = row;
      const jobName = row.job_name;
      try {
        const run = await expireLease(context, leaseId, runId, now);
        if (!run) continue;
        ended += 1;
        ofRuns.set(run, (ofRuns.get(run) ?? 0) + 1);
      } catch (error) {
        failed.add(leaseId);
        logger.error(
          `Lease ${leaseId} of run ${runId} could not be taken back: ${error}`,
          { runId, cluster, job: `${namespace}/${jobName}` },
        );
      }
    }
    total += ended;
    // The others are in the hands of another replica.
    const dealtWith = ended + failed.size - failedBefore;
    if (expired.length < BATCH || dealtWith === 0) break;
  }
  for (const [run, count] of ofRuns) {
    logger.info(
      `Took back ${count} expired lease(s) of run ${run.runId}`,
      logFields(run),
    );
  }
  return total;
}

async function expireLease(
  context: QueueContext,
  leaseId: string,
  runId: string,
  now: number,
): Promise<PlannedRun | undefined> {
  const run = await context.runs.get(runId).catch(error => {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  });
  // Deleted in the meantime, with its leases.
  if (!run) return undefined;
  const attempt = () =>
    transact(context.knex, async tx => {
      // Writes first (see `lockLease`); on PostgreSQL a lease that somebody is busy with is left for the next time.
      const candidates = tx<RunLeaseRow>('run_leases')
        .select('lease_id')
        .where({ lease_id: leaseId })
        .andWhere('expires_at', '<=', now);
      if (isPostgres(tx)) candidates.forUpdate().skipLocked();
      const [lease] = await tx<RunLeaseRow>('run_leases')
        .whereIn('lease_id', candidates)
        .update({ expires_at: now })
        .returning('*');
      if (!lease) return undefined;
      await endLease(tx, context, {
        run,
        lease,
        contents: readContents(lease),
        now,
        backoff: true,
        reason: 'it was not heard of until its lease ran out',
      });
      return lease.kind;
    });
  const kind = await attempt().catch(error => {
    // The run was closed between two statements. Now it is seen as closed.
    if (error instanceof ConflictError) return attempt();
    throw error;
  });
  if (kind === undefined) return undefined;
  context.observer?.expired(run, kind);
  return run;
}
