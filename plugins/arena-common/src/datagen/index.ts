/**
 * Data generation: which attempts there are, and which of them become rows. Pure; runs in browser and Node.
 *
 * @packageDocumentation
 */
export type {
  PlanCell,
  PlanProvider,
  PlanScenario,
  RunPlan,
} from '../plan/RunPlan';
export type { ArenaJobSpec, arenaJobSpecSchema } from '../resources/arenajob';
export { attemptCell, attemptSeed } from './attempts';
export { canonicalRow, rowText } from './canonicalRow';
export * from './DatasetCoverage';
export * from './DatasetIntake';
export * from './DatasetProfile';
export * from './DatasetState';
export {
  attemptsWanted,
  BARREN_ATTEMPTS,
  DATASET_ENDS,
  datasetEnd,
  emptyTally,
  type DatasetEnd,
  type DatasetTally,
  type YieldPoint,
} from './DatasetTally';
export { EmbeddingTable } from './EmbeddingTable';
export * from './GeneratedRow';
export {
  cosineSimilarity,
  MAX_EMBEDDED_LENGTH,
  MAX_EMBEDDING_DIMENSIONS,
  rowEmbedding,
  type RowEmbedding,
} from './RowEmbedding';
export { provenanceOf } from './provenanceOf';
export { rowCandidate } from './rowCandidate';
export { bandsOf, minHash, similarity, type MinHashSignature } from './MinHash';
export { QuotaLedger, type QuotaSubject } from './QuotaLedger';
export * from './rowScenario';
export { MAX_REJECT_TEXT, MAX_ROW_LENGTH } from './rowLimits';
export { REJECT_REASONS, type RejectReason } from './RejectReason';
