/** What tests on a cluster are told, as JSON in the file that ARENA_TEST_CLUSTER names. @public */
export interface TestClusterFile {
  /** Of a cluster of our own. */
  folder?: string;
  kubeconfig: string;
  /** Where pods find this machine. */
  hostAddress: string;
  s3: {
    /** For clients on this machine. */
    endpoint: string;
    /** The same server, for pods. */
    podEndpoint: string;
    region: string;
    accessKeyId: string;
    secretAccessKey: string;
  };
  /** Names of images that pods can have. */
  images: {
    worker: string;
    /** Node.js alone: give it a `command`. */
    node: string;
    /** A shell. */
    busybox: string;
  };
}
