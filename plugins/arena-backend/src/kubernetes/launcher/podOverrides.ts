import {
  WorkerPoolSpec,
  WorkerTrouble,
} from '@backstage-arena/plugin-arena-node';
import { PodOverrideField } from '../../config/KubernetesClusterConfig';
import { PodManifest } from './manifests';

/** What a job wants to change in its pods. */
export type PodOverrides = NonNullable<WorkerPoolSpec['podOverrides']>;

/** Names what a job may not change, if it wants to. */
export function refusePodOverrides(
  overrides: PodOverrides | undefined,
  allowed: readonly PodOverrideField[],
): WorkerTrouble | undefined {
  const refused = Object.entries(overrides ?? {}).flatMap(([field, value]) =>
    value === undefined || allowed.some(name => name === field)
      ? []
      : [`spec.workers.podOverrides.${field}`],
  );
  if (refused.length === 0) return undefined;
  return {
    reason: 'PodOverridesNotAllowed',
    message: `${refused.join(', ')}: not allowed on this cluster; ${
      allowed.length > 0
        ? `allowed are ${allowed.join(', ')}`
        : 'no field is allowed'
    } (worker.podOverrides of the cluster in app-config)`,
  };
}

/**
 * Puts the wishes of a job into its pods. Names are replaced; of labels and variables ours win, of annotations, node selectors and resources the
 * job's; lists are added to.
 */
export function mergePodOverrides(
  pod: PodManifest,
  overrides: PodOverrides = {},
): PodManifest {
  const { metadata, spec } = pod;
  const [container, ...others] = spec.containers;
  return {
    metadata: {
      labels: { ...overrides.labels, ...metadata.labels },
      annotations: { ...metadata.annotations, ...overrides.annotations },
    },
    spec: {
      ...spec,
      serviceAccountName:
        overrides.serviceAccountName ?? spec.serviceAccountName,
      priorityClassName: overrides.priorityClassName ?? spec.priorityClassName,
      nodeSelector: { ...spec.nodeSelector, ...overrides.nodeSelector },
      tolerations: [...spec.tolerations, ...(overrides.tolerations ?? [])],
      affinity: overrides.affinity ?? spec.affinity,
      imagePullSecrets: [
        ...spec.imagePullSecrets,
        ...(overrides.imagePullSecrets ?? []),
      ],
      volumes: [...spec.volumes, ...(overrides.extraVolumes ?? [])],
      containers: [
        {
          ...container,
          // The last of two variables with one name counts.
          env: [...(overrides.env ?? []), ...container.env],
          envFrom: [...container.envFrom, ...(overrides.envFrom ?? [])],
          resources: mergeResources(container.resources, overrides.resources),
          volumeMounts: [
            ...container.volumeMounts,
            ...(overrides.extraVolumeMounts ?? []),
          ],
        },
        ...others,
      ],
    },
  };
}

function mergeResources(
  base: Record<string, object>,
  wanted: Record<string, unknown> = {},
): Record<string, object> {
  const merged = { ...base };
  for (const [key, value] of Object.entries(wanted)) {
    if (typeof value === 'object' && value !== null) {
      merged[key] = Array.isArray(value) ? value : { ...base[key], ...value };
    }
  }
  return merged;
}
