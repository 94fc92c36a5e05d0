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
  /** Delay of a worker's event loop in milliseconds, at the 99th percentile of its worst second. */
  eventLoopDelayP99Ms: [50, 500],
  /** Share of one core that a worker used. */
  cpu: [0.85, Infinity],
  /** Share of calls that had to open a connection first, of 100 calls or more. */
  newConnections: [0.5, Infinity],
  /** Share of calls that limits of the provider's specification held back on this side. */
  heldBack: [0.001, Infinity],
} as const;

const MIN_CALLS_FOR_REUSE = 100;

/**
 * Judges whether a run can be believed.
 *
 * @param openLoop - false: there are no arrivals that could be missed
 * @public
 */
export function auditLoad(options: {
  openLoop: boolean;
  stages: readonly LoadStageReport[];
  workers: readonly LoadWorkerReport[];
}): LoadAudit {
  const measured = options.stages.filter(stage => stage.measured);
  const perStage = measured.map(stage => {
    const findings = options.openLoop ? auditStage(stage) : [];
    return { stage: stage.index, verdict: worst(findings), findings };
  });
  const perWorker = options.workers.map(worker => {
    const findings = auditWorker(worker);
    return { workerId: worker.workerId, verdict: worst(findings), findings };
  });
  const general: AuditFinding[] = [];
  if (measured.every(({ sent }) => sent === 0)) {
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
  const { expected = 0, sent, dropped, lost, times } = stage;
  const findings: AuditFinding[] = [];
  const reasons = [
    ...Object.entries(dropped).map(([reason, n]) => `${n} dropped (${reason})`),
    ...(lost > 0 ? [`${lost} lost`] : []),
  ];
  // What was stopped on purpose is not missing.
  const missing = Math.max(0, expected - sent - (dropped.stopped ?? 0));
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

function auditWorker(worker: LoadWorkerReport): AuditFinding[] {
  const findings: AuditFinding[] = [];
  judge(
    findings,
    worker.eventLoopDelayP99Ms,
    'eventLoopDelayP99Ms',
    value =>
      `its event loop was late by ${value.toFixed(
        0,
      )} ms: times include its own delay`,
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
): void {
  const [suspect, invalid] = AUDIT_LIMITS[limit];
  if (value <= suspect) return;
  findings.push({
    verdict: value > invalid ? 'invalid' : 'suspect',
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
