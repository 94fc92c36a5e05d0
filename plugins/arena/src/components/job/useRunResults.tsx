import { ReactNode } from 'react';
import {
  ArenaObject,
  Run,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import { isDataGeneration } from '../../dataset/isDataGeneration';
import { useDataset } from '../../dataset/useDataset';
import { Query } from '../../hooks/useQuery';
import { useMatrix } from '../../hooks/useRun';
import { isLoadTest } from '../../lib/jobs';
import { useLoadWatch } from '../../load/useLoadWatch';
import { JobAddress } from '../../shell';
import { DatasetOverview } from '../dataset';
import { LoadOverview } from '../load';
import { LoadingRows } from '../shared';

/** What a run has come to, by the type of its job: each has another overview and is read from another place. */
export function useRunResults(
  address: JobAddress,
  job: ArenaObject | undefined,
  run: Run | undefined,
): {
  isLoad: boolean;
  isData: boolean;
  watch: ReturnType<typeof useLoadWatch>;
  /** Of data generation alone. */
  dataset: ReturnType<typeof useDataset> | undefined;
  matrix: Query<RunMatrix | undefined>;
  /** What stands in the place of the matrix. */
  instead: ReactNode;
} {
  const isLoad = isLoadTest(job, run);
  const watch = useLoadWatch(isLoad ? run?.id : undefined);
  const isData = isDataGeneration(job, run);
  const dataset = useDataset(isData ? run?.id : undefined);
  const matrix = useMatrix(isLoad || isData ? undefined : run?.id);
  let instead;
  if (watch && run) {
    instead = <LoadOverview watch={watch} run={run} address={address} />;
  } else if (isData && run) {
    instead = dataset.value ? (
      <DatasetOverview state={dataset.value} run={run} />
    ) : (
      <LoadingRows rows={6} />
    );
  }
  return {
    isLoad,
    isData,
    watch,
    dataset: isData ? dataset : undefined,
    matrix,
    instead,
  };
}
