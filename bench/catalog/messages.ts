/** What a backend of the benchmark says of itself, and is asked for. */
export interface Figures {
  /** User and system time of the process since its start. */
  cpuSeconds: number;
  /** Highest resident memory so far. */
  peakMiB: number;
  /** Requests to the API of Arena so far, by kind. */
  requests: Record<string, number>;
  /** Listings of Arena that were made to fail. */
  failures: number;
}
