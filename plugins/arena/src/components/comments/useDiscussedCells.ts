import { useMemo } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  commentedCellName,
  DiscussedCell,
  RunItem,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaStream } from '../../hooks/useArenaStream';
import { useQuery } from '../../hooks/useQuery';
import { useThrottled } from '../../hooks/useThrottled';

/** The labels and open comments of something, for a badge. */
export interface Marks {
  labels: string[];
  open: number;
}

/** What is said of the items of a run, in short. */
export interface DiscussedCells {
  /** All labels that are in use. */
  labels: string[];
  ofItem(item: RunItem): Marks | undefined;
  /** Over regions and variants. */
  ofCell(scenario: string, provider: string): Marks | undefined;
}

const RELOAD_MS = 500;

/**
 * The items of a run that people have commented on or labelled, live.
 *
 * @param runId - of an evaluation; undefined reads nothing
 */
export function useDiscussedCells(runId: string | undefined): DiscussedCells {
  const api = useApi(arenaApiRef);
  const { value, reload } = useQuery(
    async signal => {
      const cells: DiscussedCell[] = [];
      let cursor: string | undefined;
      while (runId) {
        const page = await api.discussedCells(runId, { cursor }, { signal });
        cells.push(...page.items);
        cursor = page.nextCursor;
        if (!cursor) break;
      }
      return cells;
    },
    [api, runId],
  );
  const again = useThrottled(reload, RELOAD_MS);
  useArenaStream(runId && `run:${runId}`, message => {
    const isOurs = message.type === 'comments' && message.runId === runId;
    if (isOurs || message.type === 'reset') again();
  });
  return useMemo(() => index(value ?? []), [value]);
}

function index(cells: readonly DiscussedCell[]): DiscussedCells {
  const byCell = new Map<string, Marks>();
  const byPair = new Map<string, Marks>();
  for (const cell of cells) {
    const { labels, open } = cell;
    byCell.set(commentedCellName(cell), { labels, open });
    const pair = JSON.stringify([cell.scenario, cell.provider]);
    const sum = byPair.get(pair) ?? { labels: [], open: 0 };
    byPair.set(pair, {
      labels: [...new Set([...sum.labels, ...labels])],
      open: sum.open + open,
    });
  }
  const shown = (marks: Marks | undefined) =>
    marks && marks.labels.length + marks.open > 0 ? marks : undefined;
  return {
    labels: [...new Set(cells.flatMap(({ labels }) => labels))].sort(),
    ofItem: ({ scenario, provider, region, variant }) =>
      shown(
        byCell.get(commentedCellName({ scenario, provider, region, variant })),
      ),
    ofCell: (scenario, provider) =>
      shown(byPair.get(JSON.stringify([scenario, provider]))),
  };
}
