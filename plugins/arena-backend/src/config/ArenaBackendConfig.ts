import { KubernetesClusterConfig } from './KubernetesClusterConfig';
import { LimitsConfig } from './readLimits';
import { ListenerConfig } from './readListener';
import { NotificationsConfig } from '../notifications/NotificationsConfig';
import { RedactionRule } from '../transcripts/redaction/RedactionRule';
import { OutgoingWebhook } from '../webhooks/WebhookConfig';
import { WebhookConfig } from './readWebhook';

/** The `arena` section of app-config, validated and with defaults. */
export interface ArenaBackendConfig {
  /** Folder for outputs of embedded runs and temporary files. Default: `./data/arena` beside the working directory. */
  dataDirectory: string;
  /** Folders that sources of type `workspace` may read, absolute. Empty: none. */
  workspaceRoots: string[];
  /** Whether objects may live in the Backstage database. Default: true. */
  embedded: { enabled: boolean };
  /** Kubernetes clusters whose objects are run. Default: none. */
  clusters: KubernetesClusterConfig[];
  /** Secrets of embedded mode: namespace -> secret name -> key -> value. */
  secrets: Record<string, Record<string, Record<string, string>>>;
  /** Hosts of sources that Secrets of embedded mode may be sent to: namespace -> secret name -> names, `*.suffix`, addresses, or `*`. */
  sourceCredentials: Record<string, Record<string, string[]>>;
  /** Whether users may upload files for sources of type `workspace`, and where these were kept once, absolute. Default: they may not. */
  uploads: { enabled: boolean; directory?: string };
  /** Secret of those who tell of pushes. Absent: nobody may. */
  sourceWebhook: { secret?: string };
  /** ConfigMaps of embedded mode: namespace -> name -> key -> text. */
  configMaps: Record<string, Record<string, Record<string, string>>>;
  workers: {
    /** Name of the launcher. Default `local`. */
    launcher: string;
    /** Base URL at which workers reach the backend. Default: this backend's own address. */
    backendUrl?: string;
    /** Upper bound of worker processes over all runs of the local launcher. Default: 2 x cores, at least 4. */
    maxLocalProcesses: number;
    /** Worker processes of the local launcher that wait for a run. Default 1. */
    spare: number;
    /** Memory limit of one local worker, in MiB. Default 512. */
    memoryMiB: number;
    /** A server of its own for workers, besides the portal's. Default: none. */
    listen?: ListenerConfig;
    /** Environment variables of the backend that a Provider may name in `credential.envVar`. Default: none. */
    allowedEnvironment: string[];
  };
  /** Where API servers have objects checked. Default: nowhere. */
  webhook?: WebhookConfig;
  /** Who is called when a run has ended. Default: nobody. */
  webhooks: OutgoingWebhook[];
  /** What people are told of the ends of runs. */
  notifications: NotificationsConfig;
  queue: {
    leaseTtlMs: number;
    heartbeatIntervalMs: number;
    itemTimeoutMs: number;
    maxAttempts: number;
    /** First delay of a retry; doubles up to `retryMaxDelayMs`. */
    retryDelayMs: number;
    retryMaxDelayMs: number;
    /** Reports handled at a time on one replica before workers are asked to wait. */
    maxConcurrentReports: number;
  };
  /** What bundles may start where workers run. Default: nothing. */
  bundles: {
    allowExec: boolean;
    allowStdio: boolean;
    allowAmbientCredentials: boolean;
  };
  /**
   * Hosts that the backend may ask although they are not on the public internet, when a Provider, an AgentRuntime or a ToolRegistry names
   * them. Default: none.
   */
  discovery: { allowedHosts: string[] };
  /** Hosts that sources and outputs of jobs may reach although they are not on the public internet. Default: none. */
  network: { allow: string[] };
  planning: { timeoutMs: number; memoryMiB: number };
  /** What each process of git may take that fetches sources. Default: 256 MiB. */
  git: { memoryMiB: number };
  /** What the jobs of a namespace may take. Default: no limits. */
  limits: LimitsConfig;
  /** What is taken out of transcripts and messages before they are stored, besides secrets. Default: nothing. */
  redaction: RedactionRule[];
  transcripts: { maxBytesPerItem: number; retentionDays: number };
  results: { retentionDays: number };
  outputs: {
    /** Pause before reports that could not be written are tried again, once their run is over; doubles up to `retryMaxDelayMs`. */
    retryDelayMs: number;
    retryMaxDelayMs: number;
    /** For how long after the end of the run. 0: not at all. */
    retryForMs: number;
  };
}
