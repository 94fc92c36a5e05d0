import { useEffect, useRef } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  ArenaObject,
  ArenaStreamMessage,
  MatrixCell,
  Run,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { isNotFound } from '../lib/errors';
import { runIdOf } from '../lib/jobs';
import { JobAddress } from '../shell';
import { useArenaStream } from './useArenaStream';
import { Query, useQuery } from './useQuery';
import { useThrottled } from './useThrottled';

/**
 * The latest run of a job, live, and all of them. The runs of a job with a schedule are those of its children: its status names the latest one.
 */
export function useLatestRun(
  address: JobAddress,
  job: ArenaObject | undefined,
): { run: Run | undefined; runs: Query<Run[]> } {
  const runs = useRunsOfJob(address);
  const [latest] = runs.value ?? [];
  const run = useRun(latest?.id ?? (job && runIdOf(job)));
  return { run: run.value ?? latest, runs };
}

/** Runs of a job, newest first; grows when the job starts another one. */
export function useRunsOfJob(address: JobAddress | undefined): Query<Run[]> {
  const api = useApi(arenaApiRef);
  const { cluster, namespace, name } = address ?? {};
  const result = useQuery<Run[]>(
    async signal => {
      if (!cluster || !namespace || !name) return [];
      try {
        return await api.runsOfJob({ cluster, namespace, name }, { signal });
      } catch (error) {
        if (isNotFound(error)) return [];
        throw error;
      }
    },
    [api, cluster, namespace, name],
  );
  const reload = useThrottled(result.reload, 2000);
  useArenaStream(address && `job:${cluster}/${namespace}/${name}`, message => {
    const started =
      message.type === 'object' &&
      message.object.kind === 'ArenaJob' &&
      message.object.metadata.name === name;
    const noRunYet = result.value?.length === 0;
    if (message.type === 'reset' || (started && noRunYet)) reload();
    if (message.type === 'run') {
      const known = result.value?.some(run => run.id === message.run.id);
      if (known) {
        result.mutate(runs => runs.map(run => merge(run, message)));
      } else if (message.run.jobName === name) {
        reload();
      }
    }
  });
  return result;
}

/** One run, live. */
export function useRun(runId: string | undefined): Query<Run | undefined> {
  const api = useApi(arenaApiRef);
  const result = useQuery<Run | undefined>(
    async signal => (runId ? api.run(runId, { signal }) : undefined),
    [api, runId],
  );
  const reload = useThrottled(result.reload, 2000);
  useArenaStream(runId && `run:${runId}`, message => {
    if (message.type === 'reset') {
      reload();
    } else if (message.type === 'run' && message.run.id === runId) {
      result.mutate(run => run && merge(run, message));
    }
  });
  return result;
}

function merge(
  run: Run,
  message: Extract<ArenaStreamMessage, { type: 'run' }>,
): Run {
  return run.id === message.run.id ? { ...message.run, pins: run.pins } : run;
}

/** Screen updates per second that a running matrix may cause. */
const MATRIX_FRAME_MS = 250;

/** Results per scenario and provider, live. Cells that change are collected and drawn together. */
export function useMatrix(
  runId: string | undefined,
): Query<RunMatrix | undefined> {
  const api = useApi(arenaApiRef);
  const result = useQuery<RunMatrix | undefined>(
    async signal => (runId ? api.matrix(runId, { signal }) : undefined),
    [api, runId],
  );
  const changed = useRef(new Map<string, MatrixCell>());
  useEffect(() => changed.current.clear(), [runId]);

  const draw = useThrottled(() => {
    const cells = changed.current;
    changed.current = new Map();
    result.mutate(
      matrix => matrix && { ...matrix, cells: apply(matrix.cells, cells) },
    );
  }, MATRIX_FRAME_MS);
  const reload = useThrottled(result.reload, 2000);

  useArenaStream(runId && `run:${runId}`, message => {
    if (message.type === 'reset') {
      reload();
    } else if (message.type === 'matrix' && message.runId === runId) {
      message.cells.forEach(cell => changed.current.set(cellKey(cell), cell));
      draw();
    }
  });
  return result;
}

function cellKey(cell: MatrixCell): string {
  return `${cell.scenarioIndex}/${cell.providerIndex}`;
}

function apply(
  cells: MatrixCell[],
  changed: Map<string, MatrixCell>,
): MatrixCell[] {
  const left = new Map(changed);
  const next = cells.map(cell => {
    const key = cellKey(cell);
    const newer = left.get(key);
    left.delete(key);
    return newer ?? cell;
  });
  return [...next, ...left.values()];
}
