/** What the main process asks of the backend. */
export type BackendRequest =
  | { type: 'create'; runId: string; items: number }
  | { type: 'baseline'; items: number }
  | { type: 'head'; runId: string }
  | { type: 'memory' };

export interface BackendAnswers {
  create: { token: string; createMs: number };
  baseline: { rowsPerSecond: number };
  head: { state: string; finished: number };
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
