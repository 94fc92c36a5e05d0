import { JobWorld } from '../JobWorld';
import { datasetKind } from './datasetKind';
import { evaluationKind } from './evaluationKind';
import { JobKind } from './JobKind';
import { loadKind } from './loadKind';

/** What the run of a job is. */
export function kindOf({ load, dataset }: JobWorld): JobKind {
  if (load) return loadKind;
  return dataset ? datasetKind : evaluationKind;
}
