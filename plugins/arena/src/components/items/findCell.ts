import {
  MatrixCell,
  RunItemsQuery,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';

/** The cell that a filter shows, when it shows exactly one. */
export function findCell(
  matrix: RunMatrix,
  query: Pick<RunItemsQuery, 'scenario' | 'provider'>,
): (MatrixCell & { scenario: string; provider: string }) | undefined {
  if (query.scenario?.length !== 1 || query.provider?.length !== 1) {
    return undefined;
  }
  const [scenario] = query.scenario;
  const [provider] = query.provider;
  const cell = matrix.cells.find(
    ({ scenarioIndex, providerIndex }) =>
      matrix.scenarios[scenarioIndex].id === scenario &&
      matrix.providers[providerIndex].id === provider,
  );
  return cell && { ...cell, scenario, provider };
}
