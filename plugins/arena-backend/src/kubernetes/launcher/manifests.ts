/** Objects as they are sent to an API server, as far as the launcher fills them. */

export interface ObjectManifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences: Array<{
      apiVersion: string;
      kind: string;
      name: string;
      uid: string;
      controller: true;
    }>;
  };
}

export interface ContainerManifest {
  name: string;
  image: string;
  imagePullPolicy?: string;
  args: string[];
  env: object[];
  envFrom: object[];
  resources: Record<string, object>;
  securityContext: object;
  terminationMessagePolicy: string;
  volumeMounts: object[];
}

export interface PodManifest {
  metadata: {
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
  spec: {
    restartPolicy: 'Never';
    automountServiceAccountToken: boolean;
    enableServiceLinks: boolean;
    shareProcessNamespace: boolean;
    terminationGracePeriodSeconds: number;
    securityContext: object;
    serviceAccountName?: string;
    priorityClassName?: string;
    nodeSelector: Record<string, string>;
    tolerations: object[];
    affinity?: object;
    imagePullSecrets: Array<{ name: string }>;
    containers: ContainerManifest[];
    volumes: object[];
  };
}

export interface JobManifest extends ObjectManifest {
  spec: {
    parallelism: number;
    completions?: number;
    backoffLimit: number;
    suspend?: boolean;
    activeDeadlineSeconds?: number;
    podReplacementPolicy: 'Failed';
    podFailurePolicy: object;
    template: PodManifest;
  };
}

export interface SecretManifest extends ObjectManifest {
  type: 'Opaque';
  /** Base64. */
  data: Record<string, string>;
}
