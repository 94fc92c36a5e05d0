import { LATE_LOOP_MS } from './LoadAccumulator';
import {
  AuditFinding,
  AuditVerdict,
  LoadAudit,
  LoadStageReport,
  LoadWorkerReport,
} from './LoadReport';

/**
 * Beyond the first number a finding is suspect, beyond the second the run is invalid.
 *
 * @public
 */
export const AUDIT_LIMITS = {
  /** Share of the expected arrivals of a stage that were not sent, for any reason. */
  notSent: [0.001, 0.05],
  /** Lateness of sending in milliseconds, at the 99th percentile of a stage. */
  latenessP99Ms: [10, 250],
  /** Share of a worker's time in measured stages in which its event loop was late. */
  lateLoop: [0.05, 0.2],
  /** Share of one core that a worker used. */
  cpu: [0.85, Infinity],
  /** Share of calls that had to open a connection first, of 100 calls or more. */
  newConnections: [0.5, Infinity],
  /** Share of calls that limits of the provider's specification held back on this side. */
  heldBack: [0.001, Infinity],
} as const;

/** The first and the last second of a process are no whole ones. */
const MAX_SILENCE_MS = 2_000;
const MIN_CALLS_FOR_REUSE = 100;
/** A worker with less late time than this, in milliseconds, is not worse than suspect: of a short test one second is a large share. */
const MIN_LATE_LOOP_MS = 3_000;

/** The stages that a search went by. @public */
export interface SearchedStages {
  /** Stages whose rate was good. */
  goodStages: readonly number[];
  /** The stage of the lowest rate that was not good; absent when all were. */
  badStage?: number;
}

/**
 * Judges whether a run can be believed.
 *
 * @remarks
 * Of a search the good steps must be what they should be, and what the lowest bad one failed by must not be this side: that is no evidence against
 * the system under test.
 *
 * @public
 */
export function auditLoad(options: {
  /** False: there are no arrivals that could be missed. */
  openLoop: boolean;
  /** Of a test that runs: until when it is known, in milliseconds from its start. Stages are judged once they are over, and workers need not have ended. */
  knownUntilMs?: number;
  stages: readonly LoadStageReport[];
  workers: readonly LoadWorkerReport[];
  search?: SearchedStages;
}): LoadAudit {
  const { openLoop, search, knownUntilMs = Infinity } = options;
  const isRunning = knownUntilMs < Infinity;
  const measured = options.stages.filter(stage => stage.measured);
  const perStage = measured.flatMap(stage => {
    const { index } = stage;
    let findings: AuditFinding[];
    if (stage.endMs > knownUntilMs) return [];
    if (search && index === search.badStage) findings = auditBadStep(stage);
    else if (search && !search.goodStages.includes(index)) return [];
    else findings = openLoop ? auditStage(stage) : heldBack(stage);
    return [{ stage: index, verdict: worst(findings), findings }];
  });
  const perWorker = options.workers.map(worker => {
    const findings = auditWorker(worker, isRunning);
    return { workerId: worker.workerId, verdict: worst(findings), findings };
  });
  const general: AuditFinding[] = [];
  if (!isRunning && measured.every(({ sent }) => sent === 0)) {
    general.push({ verdict: 'invalid', reason: 'nothing was sent' });
  }
  const all = [
    ...general,
    ...perStage.flatMap(({ stage, findings }) =>
      findings.map(each => ({
        ...each,
        reason: `stage ${stage}: ${each.reason}`,
      })),
    ),
    ...perWorker.flatMap(({ workerId, findings }) =>
      findings.map(each => ({
        ...each,
        reason: `worker ${workerId}: ${each.reason}`,
      })),
    ),
  ];
  all.sort((a, b) => rank(b) - rank(a));
  return {
    verdict: worst(all),
    reasons: all.map(({ reason }) => reason),
    perStage,
    perWorker,
  };
}

function auditStage(stage: LoadStageReport): AuditFinding[] {
  const { expected = 0, sent, dropped, lost } = stage;
  const findings: AuditFinding[] = [];
  const reasons = [
    ...Object.entries(dropped).map(([reason, n]) => `${n} dropped (${reason})`),
    ...(lost > 0 ? [`${lost} lost`] : []),
  ];
  // What was due after the end of the test is not missing.
  const { late = 0, inFlight = 0 } = dropped;
  const missing = late + inFlight + lost;
  judge(
    findings,
    expected > 0 ? missing / expected : 0,
    'notSent',
    value =>
      `${percent(value)} of ${expected} arrivals were not sent: ${reasons.join(
        ', ',
      )}`,
  );
  if (sent > expected) {
    findings.push({
      verdict: 'invalid',
      reason: `${sent} were sent of ${expected} arrivals`,
    });
  }
  return [...findings, ...sentLate(stage), ...heldBack(stage)];
}

/** What a step of a search may have failed by beside the system under test. */
function auditBadStep(stage: LoadStageReport): AuditFinding[] {
  const { expected = 0, dropped, lost } = stage;
  const findings: AuditFinding[] = [];
  const missing = (dropped.late ?? 0) + lost;
  judge(
    findings,
    expected > 0 ? missing / expected : 0,
    'notSent',
    value =>
      `${percent(value)} of ${expected} arrivals could not be sent in time`,
  );
  return [...findings, ...sentLate(stage), ...heldBack(stage)].map(each => ({
    ...each,
    reason: `was not good, which is no evidence against the system: ${each.reason}`,
  }));
}

function sentLate({ times }: LoadStageReport): AuditFinding[] {
  const findings: AuditFinding[] = [];
  judge(
    findings,
    times.lateness?.p99 ?? 0,
    'latenessP99Ms',
    value =>
      `sent late: by ${value.toFixed(
        1,
      )} ms at the 99th percentile, ${times.lateness?.max.toFixed(
        1,
      )} ms at most`,
  );
  return findings;
}

function heldBack(stage: LoadStageReport): AuditFinding[] {
  const findings: AuditFinding[] = [];
  judge(
    findings,
    stage.calls > 0 ? stage.heldBack / stage.calls : 0,
    'heldBack',
    value =>
      `limits of the providers' own specifications held ${percent(
        value,
      )} of the calls back`,
  );
  return findings;
}

function auditWorker(
  worker: LoadWorkerReport,
  isRunning: boolean,
): AuditFinding[] {
  const findings: AuditFinding[] = [];
  if (!isRunning && !worker.ended) {
    findings.push({
      verdict: 'suspect',
      reason: `it was not heard of after second ${worker.lastSecond}: what it did then is not known`,
    });
  }
  if (worker.silentMs > MAX_SILENCE_MS) {
    findings.push({
      verdict: 'suspect',
      reason: `it was not heard of for ${(worker.silentMs / 1_000).toFixed(
        1,
      )} s in between: what it did then is not known`,
    });
  }
  judge(
    findings,
    worker.lateLoopShare ?? 0,
    'lateLoop',
    value =>
      `its event loop was late by more than ${LATE_LOOP_MS} ms in ${percent(
        value,
      )} of its seconds, ${worker.eventLoopDelayMaxMs.toFixed(
        0,
      )} ms at most: times include its own delay`,
    worker.lateLoopMs < MIN_LATE_LOOP_MS,
  );
  judge(
    findings,
    worker.cpu,
    'cpu',
    value => `it used ${percent(value)} of a core: times include its own work`,
  );
  const { connectionReuse, connectionsOpened } = worker;
  const calls =
    connectionReuse === undefined || connectionReuse === 1
      ? 0
      : connectionsOpened / (1 - connectionReuse);
  if (connectionReuse !== undefined && calls >= MIN_CALLS_FOR_REUSE) {
    judge(
      findings,
      1 - connectionReuse,
      'newConnections',
      value =>
        `${percent(
          value,
        )} of its calls opened a connection: times include that`,
    );
  }
  return findings;
}

function judge(
  findings: AuditFinding[],
  value: number,
  limit: keyof typeof AUDIT_LIMITS,
  describe: (value: number) => string,
  isSuspectAtMost = false,
): void {
  const [suspect, invalid] = AUDIT_LIMITS[limit];
  if (value <= suspect) return;
  findings.push({
    verdict: value > invalid && !isSuspectAtMost ? 'invalid' : 'suspect',
    reason: describe(value),
  });
}

function worst(findings: readonly AuditFinding[]): AuditVerdict {
  if (findings.some(({ verdict }) => verdict === 'invalid')) return 'invalid';
  return findings.length > 0 ? 'suspect' : 'valid';
}

function rank({ verdict }: AuditFinding): number {
  return verdict === 'invalid' ? 1 : 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;
}
