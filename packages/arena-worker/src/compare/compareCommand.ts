import {
  compareRuns,
  ComparedCell,
  RunComparison,
} from '@backstage-arena/plugin-arena-common';
import { EXIT, UsageError } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { resolveFromCaller } from '../cli/paths';
import { CompareFlags } from '../commands/compare';
import { findRun } from '../portal/findRun';
import { openPortal } from '../portal/openPortal';
import { formatTable } from '../portal/table';
import { isLocal, readLocalCells } from './readLocalCells';

/** `arena compare` */
export async function compareCommand(
  baseline: string,
  current: string,
  flags: CompareFlags,
): Promise<void> {
  const options = {
    significance: numberOf('--significance', flags.significance, 0.0001, 0.5),
    minEffect: numberOf('--min-effect', flags.minEffect, 0, 100) / 100,
    decideByCells: flags.cells ?? false,
  };
  const comparison = await compare(baseline, current, options, flags);
  if (flags.output === 'json') printJson(comparison);
  else process.stdout.write(`${describe(comparison)}\n`);
  if (comparison.cells === 0 || comparison.regressed) {
    process.exitCode = EXIT.failed;
  }
}

async function compare(
  baseline: string,
  current: string,
  options: { significance: number; minEffect: number; decideByCells: boolean },
  flags: CompareFlags,
): Promise<RunComparison> {
  const [before, after] = [baseline, current].map(resolveFromCaller);
  const areLocal = [isLocal(before), isLocal(after)];
  if (areLocal.every(Boolean)) {
    return compareRuns(
      await readLocalCells(before),
      await readLocalCells(after),
      options,
    );
  }
  if (areLocal.some(Boolean)) {
    throw new UsageError(
      `${
        areLocal[0] ? current : baseline
      } is no folder with a results.json: either both are, or both are runs of a portal`,
    );
  }
  const portal = await openPortal(flags);
  const run = await findRun(portal, current);
  const { id } = await findRun(portal, baseline);
  const report = await portal.api.comparison(run.id, {
    baseline: id,
    ...options,
  });
  return report.comparison;
}

function describe(comparison: RunComparison): string {
  const { cells, scenarios, passRate, effect, interval, excluded } = comparison;
  const { added, gone, edited } = excluded;
  const left = `${added} scenarios are new, ${gone} gone, ${edited} edited`;
  if (cells === 0) return `Nothing can be compared: ${left}`;
  const { regressed, fixed, worse, better, flaky } = comparison.changes;
  const lines = [
    verdictOf(comparison),
    `Compared:  ${cells} cells of ${scenarios} scenarios; ${left}`,
    `Passed:    ${percent(passRate.baseline)} % before, ${percent(
      passRate.current,
    )} % now`,
    `Change:    ${points(effect)} points, ${Math.round(
      100 * comparison.confidence,
    )} % interval ${points(interval.low)} to ${points(interval.high)}, ${
      comparison.pValue < 0.0001
        ? 'p < 0.0001'
        : `p = ${comparison.pValue.toFixed(4)}`
    }`,
    `Cells:     ${regressed} regressed, ${fixed} fixed, ${worse} worse, ${better} better, ${flaky} flaky`,
  ];
  if (comparison.changedCells.length > 0) {
    lines.push(
      '',
      formatTable(
        ['SCENARIO', 'PROVIDER', 'BEFORE', 'NOW', 'CHANGE'],
        comparison.changedCells.map(cell => [
          cell.scenario,
          nameOf(cell),
          `${cell.baseline.passed}/${cell.baseline.judged}`,
          `${cell.current.passed}/${cell.current.judged}`,
          cell.change,
        ]),
      ),
    );
  }
  return lines.join('\n');
}

function verdictOf({
  regressed,
  decidedBy,
  pValue,
  significance,
  effect,
}: RunComparison): string {
  if (regressed) {
    return decidedBy === 'cells' ? 'Regression of single cells' : 'Regression';
  }
  return effect < 0 && pValue <= significance
    ? 'No regression: the loss is below --min-effect'
    : 'No regression';
}

function nameOf({ provider, region, variant }: ComparedCell): string {
  return [
    provider,
    ...(region === 'default' ? [] : [region]),
    ...(variant === 0 ? [] : [`variant ${variant}`]),
  ].join(' ');
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function points(effect: number): string {
  const text = (100 * effect).toFixed(1);
  return effect > 0 ? `+${text}` : text;
}

function numberOf(
  flag: string,
  text: string,
  min: number,
  max: number,
): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new UsageError(
    `${flag}: '${text}' is not allowed: give a number from ${min} to ${max}`,
  );
}
