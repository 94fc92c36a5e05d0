import { checkCalls } from './checkCalls.mjs';
import { checkCounters } from './checkCounters.mjs';
import { checkDataset } from './checkDataset.mjs';
import { checkItems } from './checkItems.mjs';
import { checkLeftovers } from './checkLeftovers.mjs';
import { checkLoad } from './checkLoad.mjs';
import { checkRepeat } from './checkRepeat.mjs';
import { checkSchedule } from './checkSchedule.mjs';
import { checkStrikes } from './checkStrikes.mjs';
import { checkVerdict } from './checkVerdict.mjs';

/**
 * Recomputes from the accounts of models, API, database and disk what must have come out, and says what is otherwise.
 *
 * @param {Awaited<ReturnType<typeof import('../readAccount.mjs').readAccount>>} account
 * @returns {string[]} one sentence for each fault; none when all is well
 */
export function checkAccount(account) {
  const faults = [];
  for (const one of account.accounts) {
    const { workload, jobs } = one;
    const mine = [];
    for (const job of jobs) {
      const within = { account, one, job, workload };
      const said = [
        ...checkVerdict(within),
        ...checkCounters(within),
        ...(job.items ? checkItems(within) : []),
        ...(job.dataset ? checkDataset(within) : []),
        ...(job.load ? checkLoad(within) : []),
      ];
      mine.push(...said.map(text => `${job.name}: ${text}`));
    }
    mine.push(
      ...[
        ...checkCalls({ account, one, workload }),
        ...(workload.kind === 'scheduled' ? checkSchedule(one) : []),
        ...(workload.kind === 'repeated' ? checkRepeat(one) : []),
      ].map(text => `${workload.name}: ${text}`),
    );
    faults.push(...mine);
  }
  return [...faults, ...checkStrikes(account), ...checkLeftovers(account)];
}
