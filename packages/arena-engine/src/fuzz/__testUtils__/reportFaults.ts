import {
  CheckResult,
  ItemReport,
  itemReportSchema,
  Transcript,
} from '@backstage-arena/plugin-arena-common';

/** Everything that is wrong with a report, whatever the bundle was. */
export function reportFaults(report: ItemReport): string[] {
  const parsed = itemReportSchema.safeParse(report);
  const transcript: Transcript = JSON.parse(report.transcript ?? '{}');
  const checks: CheckResult[] = [
    ...(transcript.messages ?? []).flatMap(message => message.checks ?? []),
    ...(transcript.checks ?? []),
  ];
  const failed = checks.filter(({ passed }) => !passed);
  const { status, message, error, checksTotal, checksFailed } = report;
  const rules: Array<[string, boolean]> = [
    [`does not fit its schema: ${parsed.error?.message}`, parsed.success],
    ['has no transcript', transcript.version === 1],
    ['gives no reason', status === 'passed' || Boolean(message?.trim())],
    ['gives a reason for passing', status !== 'passed' || !message],
    ['has an error and is not errored', !error || status === 'errored'],
    ['has an error without words', !error || error.message.trim() !== ''],
    ['blames itself', error?.class !== 'engine'],
    ['passes with failed checks', status !== 'passed' || failed.length === 0],
    ['fails without a reason', status !== 'failed' || hasReason(report)],
    [
      'counts checks that are not there',
      transcript.truncated === true ||
        (checksTotal === checks.length && checksFailed === failed.length),
    ],
    [
      'has a check that does not say why',
      checks.every(({ explanation }) => explanation.trim() !== ''),
    ],
  ];
  return rules.flatMap(([fault, holds]) =>
    holds ? [] : [`${fault} (${status}: ${message ?? ''})`],
  );
}

function hasReason({ checksFailed, message }: ItemReport): boolean {
  return checksFailed > 0 || Boolean(message);
}
