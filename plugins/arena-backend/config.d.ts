import { HumanDuration } from '@backstage/types';

export interface Config {
  arena?: {
    /**
     * Folder for outputs of embedded runs and temporary files, relative to where the backend is started.
     * Default: `./data/arena`.
     */
    dataDirectory?: string;

    /**
     * Folders that an ArenaSource of type `workspace` may read, relative to where the backend is started.
     * Default: none.
     */
    workspaceRoots?: string[];

    uploads?: {
      /** Lets users upload files from the portal, for sources of type `workspace` with a path `<namespace>/<name>`. Default: false. */
      enabled?: boolean;

      /**
       * Folder in which earlier releases kept uploads, relative to where the backend is started. It is read for sources that nothing was
       * uploaded for since. Setting it opens uploads as well.
       */
      directory?: string;
    };

    sourceWebhook?: {
      /**
       * Secret with which Git servers sign that a repository has changed, at `/api/arena/v1/source-webhook`. At least 16 characters.
       * Default: none, the webhook answers to nobody.
       *
       * @visibility secret
       */
      secret?: string;
    };

    /**
     * Secrets of embedded mode: namespace, name of the secret, key, value.
     *
     * @deepVisibility secret
     */
    secrets?: {
      [namespace: string]: {
        [name: string]: {
          [key: string]: string;
        };
      };
    };

    /**
     * Hosts of sources that Secrets of embedded mode may be sent to, by namespace and name of the Secret: whoever writes a source chooses the
     * server. Names, addresses and `*.suffix`, without ports; `*` stands for any, also for those of who writes the source. Default: none.
     * On Kubernetes a Secret lists them in its annotation `arena.backstage.io/source-credentials`, with commas between them.
     */
    sourceCredentials?: {
      [namespace: string]: {
        [name: string]: string[];
      };
    };

    /**
     * ConfigMaps of embedded mode, for sources of type `configmap`: namespace, name, key, text. A key is the path of a file, in which `__`
     * stands for a slash; `$file` reads the text from a file.
     */
    configMaps?: {
      [namespace: string]: {
        [name: string]: {
          [key: string]: string;
        };
      };
    };

    embedded?: {
      /** Whether there is an embedded cluster, which keeps its objects in the database. Default: true. */
      enabled?: boolean;
    };

    /** Kubernetes clusters whose ArenaJobs are run. Default: none. */
    clusters?: {
      /** Name in addresses and in the portal: a DNS label, not `embedded`. */
      name: string;
      connection:
        | {
            /** The cluster in which the backend itself runs, with the service account of its pod. */
            type: 'inCluster';
          }
        | {
            type: 'kubeconfig';
            /** A kubeconfig file, relative to where the backend is started. */
            path: string;
            /** Default: the current one. */
            context?: string;
          }
        | {
            type: 'kubernetesPlugin';
            /** Name in `kubernetes.clusterLocatorMethods` of type `config`; its `authProvider` must be `serviceAccount`. */
            name: string;
          }
        | {
            type: 'direct';
            /** Address of the API server. */
            url: string;
            /** Its CA as base64 of a PEM. */
            caData?: string;
            /** Its CA as a PEM file. */
            caFile?: string;
            /**
             * Bearer token.
             *
             * @visibility secret
             */
            token?: string;
            /** File with a bearer token, read anew for each request. */
            tokenFile?: string;
            /** Takes any certificate. For trials alone. Default: false. */
            skipTLSVerify?: boolean;
          };
      /** Namespaces that are served. Default: all. */
      namespaces?: string[];
      /** Only objects whose label `arena.backstage.io/controller-class` has this value are taken. Default: all objects. */
      controllerClass?: string;
      /** Kinds whose statuses another controller fills, such as Omnia's own: ours stand back. Default: none. */
      foreignStatuses?: (
        | 'ArenaJob'
        | 'ArenaSource'
        | 'ArenaConfig'
        | 'Provider'
        | 'ToolRegistry'
        | 'AgentRuntime'
      )[];
      /**
       * Where the Lease is by which one replica is elected. Default: the namespace of the pod or the context, else the first that is
       * served.
       */
      leaseNamespace?: string;
      /** How replicas hold and take the Lease. Durations such as `15s`, each less than the one before. */
      leaderElection?: {
        /** Another replica takes over this long after the active one was heard of last. Whole seconds. Default: 15s. */
        leaseDuration?: string;
        /** The active replica gives up when it could not renew the Lease for so long. Default: 10s. */
        renewDeadline?: string;
        /** How often the Lease is renewed, or tried to be taken. Default: 2s. */
        retryPeriod?: string;
      };
      worker: {
        /** Image of the worker, with a tag or a digest. */
        image: string;
        imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
        /** Names of Secrets in the namespaces of the jobs. Default: none. */
        imagePullSecrets?: string[];
        /** Where pods reach the worker protocol, for example `https://portal.example.com/api/arena/worker/v1`. */
        backendUrl: string;
        /** PEM of a CA that workers trust beside the usual ones. */
        caData?: string;
        /** Variables of all worker pods, for example `HTTPS_PROXY`. */
        env?: { [name: string]: string };
        /** Most that a pod may have in `/tmp`. Default: 2Gi. */
        tmpSizeLimit?: string;
        /** Of the container, as Kubernetes writes them. Default: requests of 100m CPU and 192Mi memory, a limit of 512Mi memory. */
        resources?: {
          requests?: { [resource: string]: string | number };
          limits?: { [resource: string]: string | number };
        };
        /** Account of the pods, which get no token of it. Default: that of the namespace. */
        serviceAccountName?: string;
        priorityClassName?: string;
        nodeSelector?: { [label: string]: string };
        /** As in a pod. */
        tolerations?: object[];
        /** Local queue of Kueue: Jobs are created suspended, and Kueue starts them. */
        kueueQueue?: string;
        /**
         * Fields of a job's `spec.workers.podOverrides` that are allowed. Default: all but `serviceAccountName`, `env`, `envFrom`,
         * `extraVolumes` and `extraVolumeMounts`, which give the use of accounts, Secrets and volumes of the namespace.
         */
        podOverrides?: (
          | 'serviceAccountName'
          | 'priorityClassName'
          | 'labels'
          | 'annotations'
          | 'nodeSelector'
          | 'tolerations'
          | 'affinity'
          | 'resources'
          | 'imagePullSecrets'
          | 'env'
          | 'envFrom'
          | 'extraVolumes'
          | 'extraVolumeMounts'
        )[];
      };
    }[];

    /**
     * A server of its own where API servers of clusters have objects checked before they take them, at `/validate`. Default: none; what could
     * have been refused then becomes `InvalidSpec`.
     */
    webhook?: {
      /** Address to listen on. Default: all. */
      host?: string;
      port: number;
      /** PEM files, relative to where the backend is started; read again when they change. API servers call by HTTPS alone. */
      tls: {
        certFile: string;
        keyFile: string;
      };
    };

    /** Called when a run has ended: see docs/webhooks.md. Default: none. */
    webhooks?: {
      /** Lower case letters, digits and dashes. Deliveries that are still to be made belong to it. */
      name: string;
      /** Takes a POST with JSON. Redirects are not followed. */
      url: string;
      /**
       * What calls are signed with, at least 16 characters.
       *
       * @visibility secret
       */
      secret: string;
      /** Default: all. */
      events?: ('run.succeeded' | 'run.failed' | 'run.cancelled')[];
      /** Namespaces of the jobs. Default: all. */
      namespaces?: string[];
      /** Whether the host of the url may be on a network of your own. Default: false, unless `arena.network.allow` lists it. */
      allowPrivateNetwork?: boolean;
    }[];

    /** What people are told of the ends of runs through Backstage's notifications: see docs/notifications.md. */
    notifications?: {
      /** Default: true. Without the notifications plugin nobody is told anything. */
      enabled?: boolean;
      /** What comes within this time after somebody was told something comes as one. `0s`: each comes at once. Default: 15m. */
      digest?: HumanDuration | string;
      /** What is less severe is not told. Default: low. */
      minimumSeverity?: 'low' | 'normal' | 'high' | 'critical';
      /** Runs that somebody started by hand and that went on for as long are told to them when they end. Default: 10m. */
      longRun?: HumanDuration | string;
    };

    workers?: {
      /** Name of the launcher that starts workers. Default: `local` (child processes of the backend). */
      launcher?: string;
      /**
       * Base URL at which workers reach the worker protocol of this backend, for example
       * `http://127.0.0.1:7007/api/arena/worker/v1`. Default: the backend's own address.
       */
      backendUrl?: string;
      /**
       * A server of its own for workers, at `/api/arena/worker/v1`, which serves nothing else: networks in which workers run then need not
       * reach the portal. Default: none, workers use the portal's own server.
       */
      listen?: {
        /** Address to listen on. Default: all. */
        host?: string;
        port: number;
        /** PEM files, relative to where the backend is started; read again when they change. Default: plain HTTP. */
        tls?: {
          certFile: string;
          keyFile: string;
        };
      };
      /** Most worker processes of the local launcher over all runs. Default: twice the cores, at least 4. */
      maxLocalProcesses?: number;
      /**
       * Worker processes of the local launcher that have started and wait for a run, which then has its first worker at once. Each takes
       * about 130 MiB. They count to `maxLocalProcesses`. 0: none. Default: 1.
       */
      spare?: number;
      /** Memory limit of one local worker, in MiB. Default: 512. */
      memoryMiB?: number;
      /**
       * Environment variables of the backend that a Provider may name in `credential.envVar`. Default: none, because
       * whoever may create a Provider could otherwise send any variable of the backend to a server of their choice.
       */
      allowedEnvironment?: string[];
    };

    queue?: {
      /** How long a lease lasts without a heartbeat. Default: 30s. */
      leaseTtl?: HumanDuration | string;
      /** How often workers send a heartbeat. At most half of `leaseTtl`. Default: 5s. */
      heartbeatInterval?: HumanDuration | string;
      /** Longest time for one item. Default: 5m. */
      itemTimeout?: HumanDuration | string;
      /** Executions of one item, those that ended in an infrastructure error included. Default: 3. */
      maxAttempts?: number;
      /** Delay before the first repetition of an item; it doubles with each. Default: 1s. */
      retryDelay?: HumanDuration | string;
      /** Longest delay before a repetition. Default: 1m. */
      retryMaxDelay?: HumanDuration | string;
      /** Reports handled at a time on one replica before workers are asked to wait. Default: 16. */
      maxConcurrentReports?: number;
    };

    bundles?: {
      /**
       * Whether bundles may bring tools of mode `exec`: commands that run in the workers, with their network and their files.
       * Default: false, because whoever may write to a source could then run programs where the portal runs.
       */
      allowExec?: boolean;
      /** Whether bundles and ToolRegistries may bring MCP servers over stdio, which are commands as well. Default: false. */
      allowStdio?: boolean;
      /**
       * Whether providers of clouds (Azure, Bedrock, Vertex) that have no credential may call as the machine of the workers: with its
       * role, its workload identity or what its environment says. Only addresses of the cloud itself are called so. Default: false,
       * because whoever may write to a source could then use every model that the portal's own account may.
       */
      allowAmbientCredentials?: boolean;
    };

    discovery?: {
      /**
       * Hosts that the backend may ask although they are not on the public internet, when a Provider, an AgentRuntime or a ToolRegistry
       * names them: names, `*.suffix`, addresses, networks such as `10.0.0.0/8`. Default: none, because whoever may create such an object
       * could otherwise use the backend to look around in its network.
       */
      allowedHosts?: string[];
    };

    network?: {
      /**
       * Hosts that the endpoints of outputs (S3) and the addresses of sources (git, OCI) may lead to although they are not on the public
       * internet: names, `*.suffix`, addresses, networks such as `10.0.0.0/8`. Default: none, because whoever may create a job or a source
       * could otherwise reach metadata services and the network of the backend and its workers.
       */
      allow?: string[];
    };

    /**
     * What the jobs of a namespace may take, in each cluster. A job beyond that waits (`QuotaExceeded`, `BudgetExhausted`), and the oldest
     * starts first. Default: no limits.
     */
    limits?: {
      /** For namespaces that do not say otherwise. */
      default?: {
        /** Jobs that run at a time. */
        maxRunningJobs?: number;
        /** Workers that the running jobs may have together: the most that each may have counts. */
        maxWorkers?: number;
        /**
         * What calls may have cost in a calendar month (UTC) before a new job waits for the next one, in the currency of the providers'
         * pricing. Jobs that run are not stopped.
         */
        maxMonthlyCost?: number;
      };
      /** By namespace; what one does not say, `default` does. */
      namespaces?: {
        [namespace: string]: {
          maxRunningJobs?: number;
          maxWorkers?: number;
          maxMonthlyCost?: number;
        };
      };
    };

    git?: {
      /**
       * Memory limit of each process of git that fetches sources, in MiB; a fetch has several, and two fetches go on at a time. Larger files
       * in a repository do not need more of it, but for very many files it may have to be raised. Default: 256.
       */
      memoryMiB?: number;
    };

    planning?: {
      /** Longest time for planning a run. Default: 1m. */
      timeout?: HumanDuration | string;
      /** Memory limit of the planning process, in MiB. Default: 512. */
      memoryMiB?: number;
    };

    /** What is taken out of transcripts, results and messages before they are stored. Known secrets always are. */
    redaction?: {
      /** Rules that come with Arena. Default: none. */
      builtIn?: Array<
        | 'email'
        | 'card-number'
        | 'private-key'
        | 'api-key'
        | 'bearer-token'
        | 'jwt'
      >;

      /** Rules of your own, at most 100 with those above. They are applied one after the other. */
      patterns?: Array<{
        /** Letters, digits, `.`, `_` and `-`; each name once. */
        name: string;
        /** Of the RE2 dialect (no look-around, no back-references); at most 2,000 characters, and never an empty match. */
        pattern: string;
        /** What stands in its place, as it is. Default: `[REDACTED <name>]`. */
        replacement?: string;
      }>;
    };

    transcripts?: {
      /** Most bytes of one transcript; longer ones are cut. Default: 1048576. */
      maxBytesPerItem?: number;
      /** Days after which transcripts, and what workers of load tests recorded, are deleted. Default: 30. */
      retentionDays?: number;
    };

    results?: {
      /** Days after which runs and their results are deleted. Default: 365. */
      retentionDays?: number;
    };

    outputs?: {
      /** Pause before the reports of a run that is over are tried to be stored again, when that failed. Doubles each time. Default: 5m. */
      retryDelay?: string | HumanDuration;

      /** Longest such pause. Default: 6h. */
      retryMaxDelay?: string | HumanDuration;

      /** For how long after the end of a run that is tried; `0s`: not at all. Default: 7d. */
      retryFor?: string | HumanDuration;
    };
  };
}
