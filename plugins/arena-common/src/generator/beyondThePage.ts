/** A field of ArenaJob that the published reference page of the API does not have. */
export interface FieldBeyondThePage {
  path: string;
  /** Whether Omnia's own ArenaJob has, or had, a field of this name. */
  origin: 'Omnia' | 'Arena for Backstage';
}

const inOmnia = (path: string): FieldBeyondThePage => ({
  path,
  origin: 'Omnia',
});
const ours = (path: string): FieldBeyondThePage => ({
  path,
  origin: 'Arena for Backstage',
});

const ofEveryType = (block: string) => [
  ours(`spec.${block}.budgetLimit`),
  ours(`spec.${block}.budgetCurrency`),
  ours(`spec.${block}.thresholds`),
];

/** A field below one of these is meant as well. */
export const FIELDS_BEYOND_THE_PAGE: readonly FieldBeyondThePage[] = [
  ours('spec.sourceRef.kind'),
  inOmnia('spec.arenaFile'),
  ours('spec.evaluation.gate'),
  ...ofEveryType('evaluation'),
  inOmnia('spec.loadTest.concurrency'),
  inOmnia('spec.loadTest.vusPerWorker'),
  inOmnia('spec.loadTest.ramp'),
  ours('spec.loadTest.stages'),
  ours('spec.loadTest.arrivals'),
  ours('spec.loadTest.seed'),
  ours('spec.loadTest.warmUp'),
  ours('spec.loadTest.gracefulStop'),
  ours('spec.loadTest.maxInFlight'),
  ours('spec.loadTest.exceedRateLimits'),
  ours('spec.loadTest.mix'),
  ours('spec.loadTest.slo'),
  ours('spec.loadTest.sampleRate'),
  ours('spec.loadTest.search'),
  inOmnia('spec.loadTest.budgetLimit'),
  inOmnia('spec.loadTest.budgetCurrency'),
  inOmnia('spec.loadTest.thresholds'),
  ours('spec.dataGen.maxAttempts'),
  ours('spec.dataGen.seed'),
  ours('spec.dataGen.nearDuplicateThreshold'),
  ours('spec.dataGen.nearDuplicateEmbedding'),
  ours('spec.dataGen.quotas'),
  ...ofEveryType('dataGen'),
  inOmnia('spec.trials'),
  inOmnia('spec.workers.podOverrides'),
  ours('spec.providers.<name>[].id'),
  ours('spec.schedule.startingDeadlineSeconds'),
  ours('spec.schedule.suspend'),
  ours('spec.schedule.catchUp'),
  ours('spec.schedule.successfulRunsHistoryLimit'),
  ours('spec.schedule.failedRunsHistoryLimit'),
  ours('spec.schedule.jitter'),
  inOmnia('spec.cancelled'),
  inOmnia('spec.verbose'),
  ours('spec.compat'),
];
