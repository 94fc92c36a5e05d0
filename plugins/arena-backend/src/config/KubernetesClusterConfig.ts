import { ArenaKind } from '@backstage-arena/plugin-arena-common';

/** How the API server of a cluster is reached. */
export type ClusterConnection =
  /** The cluster in which the backend itself runs, with the service account of its pod. */
  | { type: 'inCluster' }
  /** A kubeconfig file. */
  | { type: 'kubeconfig'; path: string; context?: string }
  /** A cluster of this name in the `kubernetes` section of app-config, with the credentials that stand there. */
  | { type: 'kubernetesPlugin'; name: string }
  | {
      type: 'direct';
      url: string;
      /** PEM, base64. */
      caData?: string;
      caFile?: string;
      /** Bearer token; a token file is read anew when it changes. */
      token?: string;
      tokenFile?: string;
      skipTLSVerify: boolean;
    };

/** Fields of `spec.workers.podOverrides` that an administrator may open. */
export const POD_OVERRIDE_FIELDS = [
  'serviceAccountName',
  'priorityClassName',
  'labels',
  'annotations',
  'nodeSelector',
  'tolerations',
  'affinity',
  'resources',
  'imagePullSecrets',
  'env',
  'envFrom',
  'extraVolumes',
  'extraVolumeMounts',
] as const;

/** One of {@link POD_OVERRIDE_FIELDS}. */
export type PodOverrideField = (typeof POD_OVERRIDE_FIELDS)[number];

/** One entry of `arena.clusters`: a Kubernetes cluster whose ArenaJobs this backend runs. */
export interface KubernetesClusterConfig {
  /** Name in addresses, databases and the portal; a DNS label, not `embedded`. */
  name: string;
  connection: ClusterConnection;
  /** Namespaces that are served; absent: all of the cluster. */
  namespaces?: string[];
  /** Only objects whose label `arena.backstage.io/controller-class` has this value are taken. Absent: all objects. */
  controllerClass?: string;
  /** Kinds whose statuses another controller fills, such as Omnia's own: ours stand back. */
  foreignStatuses: ArenaKind[];
  /** Where the Lease is by which one replica is elected. Absent: the namespace of the pod or the context, else the first that is served. */
  leaseNamespace?: string;
  /** How replicas hold and take the Lease; in milliseconds. */
  leaderElection: {
    /** Another replica takes over this long after the active one was heard of last. Whole seconds. */
    leaseDuration: number;
    /** The active one gives up when it could not renew the Lease for so long. */
    renewDeadline: number;
    /** How often it is renewed, or tried to be taken. */
    retryPeriod: number;
  };
  worker: {
    /** Image of the worker, with a tag or a digest. */
    image: string;
    imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
    imagePullSecrets: string[];
    /** Where pods reach the worker protocol, for example `https://portal.example.com/api/arena/worker/v1`. */
    backendUrl: string;
    /** PEM of a CA that workers trust beside the usual ones. */
    caData?: string;
    /** Variables that all pods get, for example `HTTPS_PROXY` and `NO_PROXY`. */
    env?: Record<string, string>;
    /** Most that a pod may have in `/tmp`, for example `2Gi`, which is the default. */
    tmpSizeLimit?: string;
    /** Requests and limits of the container, as Kubernetes writes them. */
    resources: {
      requests: Record<string, string>;
      limits: Record<string, string>;
    };
    serviceAccountName?: string;
    priorityClassName?: string;
    nodeSelector: Record<string, string>;
    tolerations: object[];
    /** Local queue of Kueue; jobs are then created suspended. */
    kueueQueue?: string;
    /** What a job may change in its pods. Default: nothing that gives it accounts, Secrets or volumes of the namespace. */
    podOverrides: readonly PodOverrideField[];
  };
}
