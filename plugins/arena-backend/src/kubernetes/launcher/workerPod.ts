import {
  WorkerCredential,
  WorkerPoolSpec,
} from '@backstage-arena/plugin-arena-node';
import { KubernetesClusterConfig } from '../../config/KubernetesClusterConfig';
import { PodManifest } from './manifests';
import { CA_KEY, ownSecret, TOKEN_KEY } from './runSecret';
import { workerJobName, workerLabels, WorkerRole } from './workerNames';

/** Name of the container that does the work. */
export const WORKER_CONTAINER = 'worker';

/** Where the claim of the output is mounted. */
export const OUTPUT_MOUNT = '/arena-output';

const CA_MOUNT = '/etc/arena/ca';

/** User and group of the worker image. */
const NONROOT = 65532;

const DRAIN_TIMEOUT_MS = 25_000;
/** Longer than draining takes, with what follows it. */
const GRACE_SECONDS = 40;

const DEFAULT_TMP_SIZE = '2Gi';

/** A pod that the restricted Pod Security Standard accepts, before the job has said what it wants otherwise. */
export function workerPod(
  spec: WorkerPoolSpec,
  worker: KubernetesClusterConfig['worker'],
  role: WorkerRole,
): PodManifest {
  const secretName = workerJobName(spec, 'work');
  const claim =
    role === 'finalize' && spec.output?.type === 'pvc'
      ? spec.output.pvc
      : undefined;
  return {
    metadata: {
      labels: {
        ...workerLabels(spec, role),
        'omnia.altairalabs.ai/component': 'arena-worker',
      },
      annotations: { ...spec.annotations },
    },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // The worker must not be process 1, which cannot end itself when it is stuck, and would have to reap what tools leave behind.
      shareProcessNamespace: true,
      terminationGracePeriodSeconds: GRACE_SECONDS,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: NONROOT,
        runAsGroup: NONROOT,
        fsGroup: NONROOT,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      serviceAccountName: worker.serviceAccountName,
      priorityClassName: worker.priorityClassName,
      nodeSelector: worker.nodeSelector,
      tolerations: worker.tolerations,
      imagePullSecrets: worker.imagePullSecrets.map(name => ({ name })),
      containers: [
        {
          name: WORKER_CONTAINER,
          image: worker.image,
          imagePullPolicy: worker.imagePullPolicy,
          args: ['worker'],
          env: [
            ...Object.entries({
              HOME: '/tmp',
              TMPDIR: '/tmp',
              ...worker.env,
              ARENA_BACKEND_URL: spec.backendUrl,
              ARENA_RUN_ID: spec.runId,
              ARENA_WORKER_ROLE: role,
              ARENA_DRAIN_TIMEOUT_MS: String(DRAIN_TIMEOUT_MS),
              ARENA_VERBOSE: String(spec.verbose),
              ...(worker.caData && {
                NODE_EXTRA_CA_CERTS: `${CA_MOUNT}/${CA_KEY}`,
              }),
              ...(claim && { ARENA_OUTPUT_DIR: OUTPUT_MOUNT }),
            }).map(([name, value]) => ({ name, value })),
            {
              name: 'ARENA_WORKER_ID',
              valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
            },
            secretVariable('ARENA_RUN_TOKEN', {
              name: secretName,
              key: TOKEN_KEY,
            }),
            ...credentialVariables(spec, role, secretName),
          ],
          envFrom: [],
          resources: { ...worker.resources },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            capabilities: { drop: ['ALL'] },
          },
          // What a worker says last is its reason.
          terminationMessagePolicy: 'FallbackToLogsOnError',
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            ...(worker.caData
              ? [{ name: 'ca', mountPath: CA_MOUNT, readOnly: true }]
              : []),
            ...(claim ? [{ name: 'output', mountPath: OUTPUT_MOUNT }] : []),
          ],
        },
      ],
      volumes: [
        {
          name: 'tmp',
          emptyDir: { sizeLimit: worker.tmpSizeLimit ?? DEFAULT_TMP_SIZE },
        },
        ...(worker.caData
          ? [
              {
                name: 'ca',
                secret: {
                  secretName,
                  items: [{ key: CA_KEY, path: CA_KEY }],
                },
              },
            ]
          : []),
        ...(claim
          ? [
              {
                name: 'output',
                persistentVolumeClaim: { claimName: claim.claimName },
              },
            ]
          : []),
      ],
    },
  };
}

/** Who runs the bundle gets the secrets of providers and tools, who writes the reports those of the output. */
export function credentialsOf(
  spec: WorkerPoolSpec,
  role: WorkerRole,
): Record<string, WorkerCredential> {
  return role === 'work' ? spec.credentials : spec.outputCredentials;
}

function credentialVariables(
  spec: WorkerPoolSpec,
  role: WorkerRole,
  secretName: string,
): object[] {
  return Object.entries(credentialsOf(spec, role)).map(([slot, credential]) =>
    secretVariable(
      slot,
      ownSecret(credential, spec.namespace) ?? { name: secretName, key: slot },
    ),
  );
}

function secretVariable(
  name: string,
  secretKeyRef: { name: string; key: string },
): object {
  return { name, valueFrom: { secretKeyRef } };
}
