import {
  csvCell,
  CsvValue,
  RunSetCell,
  RunSetComparison,
  RunSetMember,
  RunSetRow,
} from '@backstage-arena/plugin-arena-common';
import { giveWay } from '../../time/giveWay';
import { AlignedRow } from './alignRuns';
import { toRunSetRow } from './toRunSetRow';

const ROWS_PER_CHUNK = 100;

type Column = (row: RunSetRow, run: RunSetMember, cell: RunSetCell) => CsvValue;

const COLUMNS: ReadonlyArray<[string, Column]> = [
  ['scenario', row => row.scenario],
  ['provider', row => row.provider],
  ['region', row => row.region],
  ['variant', row => row.variant],
  ['run', (_row, run) => run.id],
  ['job', (_row, run) => run.jobName],
  ['revision', (_row, run) => run.revision],
  ['change', (_row, _run, { change }) => change],
  ['trials', (_row, _run, { figures }) => figures?.trials],
  ['judged', (_row, _run, { figures }) => figures?.judged],
  ['passed', (_row, _run, { figures }) => figures?.passed],
  ['unjudged', (_row, _run, { figures }) => figures?.unjudged],
  ['passRate', (_row, _run, { figures }) => figures?.passRate],
  ['passRateLow', (_row, _run, { figures }) => figures?.interval?.low],
  ['passRateHigh', (_row, _run, { figures }) => figures?.interval?.high],
  ['effect', (_row, _run, { effect }) => effect],
  ['pValue', (_row, _run, { pValue }) => pValue],
  ['score', (_row, _run, { figures }) => figures?.score],
  ['durationMs', (_row, _run, { figures }) => figures?.durationMs],
  ['cost', (_row, _run, { figures }) => figures?.cost],
];

/** A table with a line for each cell of each run, the baseline first. */
export async function* exportCsv(
  set: RunSetComparison,
  rows: readonly AlignedRow[],
): AsyncGenerator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`;
  yield* inChunks(rows, chunk =>
    chunk
      .flatMap(row =>
        row.cells.map(
          (cell, index) =>
            `${COLUMNS.map(([, read]) =>
              csvCell(read(row, set.runs[index], cell)),
            ).join(',')}\r\n`,
        ),
      )
      .join(''),
  );
}

/** The comparison with all its cells, as one object. */
export async function* exportJson(
  set: RunSetComparison,
  rows: readonly AlignedRow[],
): AsyncGenerator<string> {
  const { cells: _, ...head } = set;
  yield `${JSON.stringify(head).slice(0, -1)},"cells":[`;
  let isFirst = true;
  yield* inChunks(rows, chunk => {
    const text = chunk.map(row => JSON.stringify(row)).join(',\n');
    const separator = isFirst ? '\n' : ',\n';
    isFirst = false;
    return `${separator}${text}`;
  });
  yield '\n]}\n';
}

async function* inChunks(
  rows: readonly AlignedRow[],
  write: (chunk: RunSetRow[]) => string,
): AsyncGenerator<string> {
  for (let at = 0; at < rows.length; at += ROWS_PER_CHUNK) {
    yield write(rows.slice(at, at + ROWS_PER_CHUNK).map(toRunSetRow));
    await giveWay();
  }
}
