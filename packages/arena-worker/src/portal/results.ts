import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  Run,
  RunMatrix,
  RunReport,
} from '@backstage-arena/plugin-arena-common';
import { CliError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { resolveFromCaller } from '../cli/paths';
import { writeWhole } from '../cli/writeWhole';
import { ResultsFlags } from '../commands/results';
import { REPORT_NAMES } from '../reports/reportNames';
import { findRun } from './findRun';
import { openPortal, Portal } from './openPortal';
import { formatTable } from './table';

/** `arena results` */
export async function resultsCommand(
  target: string,
  flags: ResultsFlags,
): Promise<void> {
  const portal = await openPortal(flags);
  const run = await findRun(portal, target);
  const { format, file, out } = flags;
  if (format === undefined && file === undefined && out === undefined) {
    const matrix = await portal.api.matrix(run.id);
    if (flags.output === 'json') printJson({ run, matrix });
    else process.stdout.write(`${describeRun(run, matrix)}\n`);
    return;
  }
  const name = file ?? REPORT_NAMES[format ?? 'json'];
  if (out === undefined) {
    const { content } = await openReport(portal, run, name);
    await pipeline(content, process.stdout, { end: false });
    return;
  }
  await saveReport(portal, run, { name, out });
}

/** Writes a report of a run into a file. */
export async function saveReport(
  portal: Portal,
  run: Run,
  { name, out }: { name: string; out: string },
): Promise<void> {
  const { report, content } = await openReport(portal, run, name);
  await writeWhole(resolveFromCaller(out), content);
  process.stderr.write(`Written: ${out} (${report.size} bytes)\n`);
}

async function openReport(
  portal: Portal,
  run: Run,
  name: string,
): Promise<{ report: RunReport; content: Readable }> {
  const report = findReport(run, name);
  const response = await portal.api.report(run.id, report.name);
  if (!response.body) {
    throw new CliError(`The report ${report.name} came without a content`);
  }
  const content = Readable.fromWeb(
    response.body as Parameters<typeof Readable.fromWeb>[0],
  );
  return { report, content };
}

function findReport(run: Run, wanted: string): RunReport {
  const report = run.reports.find(({ name }) => name === wanted);
  if (report) return report;
  if (run.finalizeError) {
    throw new CliError(
      `The reports of the run could not be written: ${run.finalizeError}`,
    );
  }
  if (run.state !== 'Closed') {
    throw new CliError(
      `The run is ${run.state}: its reports are written when it has ended`,
    );
  }
  const names = run.reports.map(({ name }) => name).join(', ') || 'none';
  throw new CliError(
    `The run has no ${wanted}: it has ${names}${
      run.reports.some(({ name }) => name === REPORT_NAMES.json)
        ? '. Which ones are written is said by evaluation.outputFormats of the job'
        : ''
    }`,
  );
}

/** The figures of a run, and its matrix, as text. */
export function describeRun(run: Run, matrix: RunMatrix): string {
  const { counters } = run;
  const finished = counters.total - counters.pending;
  const rate = finished === 0 ? 0 : (100 * counters.passed) / finished;
  const cells = new Map(
    matrix.cells.map(cell => [
      `${cell.scenarioIndex}/${cell.providerIndex}`,
      cell,
    ]),
  );
  const rows = matrix.scenarios.map((scenario, s) => [
    scenario.id,
    ...matrix.providers.map((_, p) => {
      const cell = cells.get(`${s}/${p}`);
      return cell ? `${cell.passed}/${cell.total}` : '-';
    }),
  ]);
  return [
    `Run:     ${run.id} (${run.outcome ?? run.state})`,
    `Items:   ${counters.total} in all: ${counters.passed} passed, ${counters.failed} failed, ${counters.errored} errored, ${counters.pending} pending`,
    `Passed:  ${rate.toFixed(1)} % of ${finished}`,
    `Tokens:  ${counters.inputTokens} in, ${counters.outputTokens} out`,
    `Cost:    ${counters.cost.toFixed(6)}`,
    `Reports: ${run.reports.map(({ name }) => name).join(', ') || 'none'}`,
    '',
    formatTable(['SCENARIO', ...matrix.providers.map(({ id }) => id)], rows),
  ].join('\n');
}
