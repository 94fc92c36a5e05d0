/** What a tool is to send: the request of `CHAT_REQUEST`, again and again. */
export interface Load {
  /** Of the model server, with `/v1`. */
  url: string;
  connections: number;
  seconds: number;
  /** Requests per second; absent: as many as possible. */
  rate?: number;
  /** An empty folder for what the tool reads and writes. */
  folder: string;
}

/** What a tool says of its own requests. */
export interface LoadFigures {
  /** Those that were answered. */
  requests: number;
  /** Answered in a second. */
  perSecond: number;
  failed: number;
  /** Latency as the tool sees it, in milliseconds. */
  p50Ms: number;
  p99Ms: number;
  /** Due and not sent, where the tool tells. */
  dropped?: number;
  /** 99th percentile of how late requests were sent, in milliseconds, where the tool tells. */
  lateP99Ms?: number;
}

/** A tool that sends load. */
export interface LoadTool {
  /** With its version. */
  readonly name: string;
  /**
   * Sends a load, in processes of its own.
   *
   * @returns what reads the figures: that is not part of what is measured
   */
  send(load: Load): Promise<() => Promise<LoadFigures>>;
}
