/** The model that the streamed conversations talk to. */
export const FIRST_TOKEN_MS = 200;
export const CHUNK_MS = 100;
export const CHUNKS = 30;

/** The tool that its first reply calls. */
export const TOOL = 'get_weather';

/** What the issue asks for. */
export const TARGETS = {
  ratio: 0.35,
  peakMiB: 250,
  /** Twice the items may not need more than this. */
  growth: 1.1,
  /** Of a job's rate to the engine's own. */
  jobRatio: 0.4,
  streamPeakMiB: 350,
  addedP50Ms: 5,
  addedP99Ms: 25,
};

/** Where the model server tells when requests came. */
export const ARRIVALS_PATH = '/arrivals';
