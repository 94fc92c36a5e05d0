import { Component } from './commandOf';

/** Options of {@link startCluster}. @public */
export interface ClusterOptions {
  /**
   * Folder of everything it keeps. One that is there is gone on with: objects and images are as they were. Default: a new one in the
   * temporary folder, which is removed when the cluster ends.
   */
  folder?: string;
  /**
   * `process` (default): it ends with this process, however that ends. `detached`: it runs until {@link Cluster.down}.
   */
  lifetime?: 'process' | 'detached';
  /** Archives of images to import. */
  images?: string[];
  /**
   * Files or folders of objects to apply before the controllers start: of types that they come to know later, they clean up after only
   * half a minute later.
   */
  manifests?: string[];
  /** Further flags of the API server. */
  apiServerArgs?: string[];
  /** Whether pods can look up names (of services, and `host.devcluster.internal` for this machine). Default: true. */
  dns?: boolean;
  /** Default: lines on standard error. */
  progress?: (line: string) => void;
}

/** A record of what somebody asked of the API server. @public */
export interface AuditEvent {
  verb: string;
  requestURI: string;
  user: { username: string; groups?: string[] };
  userAgent?: string;
  objectRef?: {
    resource: string;
    subresource?: string;
    apiGroup?: string;
    apiVersion?: string;
    namespace?: string;
    name?: string;
  };
  responseStatus?: { code: number; reason?: string };
  requestReceivedTimestamp: string;
  stage: string;
}

/**
 * A Kubernetes cluster: one of our own, or the one that KUBECONFIG names. Of the latter nothing but objects can be changed: what cannot
 * be done there throws a NotAllowedError.
 *
 * @public
 */
export interface Cluster {
  /** Whether it is of our own. */
  readonly own: boolean;
  /** Where one of our own keeps everything, its logs too. */
  readonly folder?: string;
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  /** Where its pods find this machine; servers for them must listen there or on all interfaces. */
  readonly hostAddress: string;

  /** `http://<hostAddress>:<port>`: a server on this machine as pods find it. */
  hostUrl(port: number): string;
  /**
   * Runs kubectl.
   *
   * @returns what it printed
   * @throws Error with what it said when it fails
   */
  kubectl(
    args: readonly string[],
    options?: { input?: string },
  ): Promise<string>;
  /** Imports an archive of images. */
  importImage(file: string): Promise<void>;

  /** Sends a component a signal (default: SIGKILL); when it ends by it, waits until it has ended. */
  kill(component: Component, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a component that has ended; when it is the last that the API lacked, waits until that answers. */
  start(component: Component): Promise<void>;
  /** Stops the clock of a component: SIGSTOP. */
  pause(component: Component): Promise<void>;
  /** SIGCONT. */
  resume(component: Component): Promise<void>;
  /** Whether a component runs; one that is paused does. */
  isRunning(component: Component): boolean;
  /**
   * Makes the API server forget all earlier resource versions: watches and lists that go on from one are answered with 410 Gone.
   */
  compact(): Promise<void>;
  /** What the API server was asked, from the start of the cluster, in the order of the answers. */
  auditLog(): Promise<AuditEvent[]>;
  /** Runs a command on the node. */
  runOnNode(command: readonly string[]): Promise<string>;
  /** Path of a folder on this machine and, the same, on the node: for volumes of type hostPath. */
  volumeFolder(name: string): Promise<string>;

  /** Ends it; what it keeps stays. */
  down(): Promise<void>;
  /** Ends it and removes what it keeps. */
  wipe(): Promise<void>;
}
