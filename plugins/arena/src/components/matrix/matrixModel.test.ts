import { buildRun } from '../../__testUtils__';
import { buildMatrixModel, countClasses } from './matrixModel';

const { matrix } = buildRun({
  id: 'r',
  jobName: 'j',
  scenarios: ['good', 'bad', 'open'],
  providers: [{ id: 'p1' }, { id: 'p2' }],
  trials: 2,
  verdict: ({ scenario, provider }) => {
    if (scenario === 2) return undefined;
    return { status: scenario === 1 && provider === 1 ? 'failed' : 'passed' };
  },
});

it('finds cells and sums lines', () => {
  const model = buildMatrixModel(matrix, 'plan');
  expect(model.rows.map(row => row.id)).toEqual(['good', 'bad', 'open']);
  expect(model.cellAt(1, 1)).toMatchObject({ failed: 2, passed: 0 });
  expect(model.rows[1].sum).toMatchObject({ passed: 2, failed: 2, total: 4 });
  expect(model.columns[0].sum).toMatchObject({ passed: 4, pending: 2 });
});

it('puts the worst first, and what has no result last', () => {
  const model = buildMatrixModel(matrix, 'worst');
  expect(model.rows.map(row => row.id)).toEqual(['bad', 'good', 'open']);
  expect(model.cellAt(0, 1)).toMatchObject({ failed: 2 });
});

it('knows where the plan has nothing', () => {
  const ragged = { ...matrix, cells: matrix.cells.slice(1) };
  expect(buildMatrixModel(ragged, 'plan').cellAt(0, 0)).toBeUndefined();
});

it('counts the classes of cells with several items', () => {
  expect(countClasses(matrix.cells)).toEqual({
    stable: 3,
    flaky: 0,
    broken: 1,
  });
  const single = matrix.cells.map(cell => ({ ...cell, total: 1 }));
  expect(countClasses(single)).toEqual({ stable: 0, flaky: 0, broken: 0 });
  const [cell] = matrix.cells;
  const outage = { ...cell, passed: 0, errored: 2, unjudged: 2 };
  expect(countClasses([{ ...cell, passed: 1, failed: 1 }, outage])).toEqual({
    stable: 0,
    flaky: 1,
    broken: 0,
  });
});
