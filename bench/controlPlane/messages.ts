/** What the main process asks of the backend. */
export type BackendRequest =
  | { type: 'create'; runId: string; items: number }
  | { type: 'baseline'; items: number }
  | { type: 'head'; runId: string }
  /** Puts so many ArenaJobs into the store. */
  | { type: 'jobs'; count: number }
  /** Reads what tables show: pages of jobs, and the first rows of a run. */
  | { type: 'views'; runId: string }
  | { type: 'memory' };

/** What tables wait for, without HTTP. */
export interface ViewTimes {
  /** 99th percentile of pages of 50 jobs in all orders. */
  jobsPageP99Ms: number;
  /** Rows of the run that were read, in pages of 500 in order of duration: 10,000 if it has as many. */
  rows: number;
  /** For all of them. */
  rowsMs: number;
}

export interface BackendAnswers {
  create: { token: string; createMs: number };
  baseline: { rowsPerSecond: number };
  head: { state: string; finished: number };
  jobs: { count: number };
  views: ViewTimes;
  memory: { rssMiB: number; heapMiB: number; cpuSeconds: number };
}

/** What the main process tells the process of the workers. */
export interface WorkerOrder {
  backendUrl: string;
  token: string;
  workers: number;
  /** Reports that one worker has under way. */
  inFlight: number;
}
