import {
  anyObject,
  group,
  int32,
  listOf,
  localRef,
  mapOf,
  text,
} from '../fields';

const replicas = (description: string) =>
  int32(description, { min: 1, max: 1000 });

/** @internal */
export const podOverridesSchema = group(
  'Changes to the worker pods, as far as the administrator allows them. Kubernetes only.',
  {
    serviceAccountName: text('Service account of the pods.').optional(),
    priorityClassName: text('Priority class of the pods.').optional(),
    labels: mapOf(
      text('Label value.', { min: 0, max: 63 }),
      'Labels to add. The labels of Arena win.',
    ).optional(),
    annotations: mapOf(
      text('Annotation value.', { min: 0, max: 16384 }),
      'Annotations to add.',
    ).optional(),
    nodeSelector: mapOf(
      text('Label value.', { min: 0, max: 63 }),
      'Labels that a node must have.',
    ).optional(),
    tolerations: listOf(
      anyObject('A toleration, as in a pod.'),
      'Tolerations to add.',
    ).optional(),
    affinity: anyObject('Affinity, as in a pod.').optional(),
    resources: anyObject(
      'Resource requests and limits of the worker container, as in a pod.',
    ).optional(),
    imagePullSecrets: listOf(
      localRef('Secret to pull images with.', 'Name of the Secret.'),
      'Image pull secrets to add.',
    ).optional(),
    env: listOf(
      anyObject('An environment variable, as in a container.'),
      'Environment variables to add.',
    ).optional(),
    envFrom: listOf(
      anyObject('A source of environment variables, as in a container.'),
      'Sources of environment variables to add.',
    ).optional(),
    extraVolumes: listOf(
      anyObject('A volume, as in a pod.'),
      'Volumes to add.',
    ).optional(),
    extraVolumeMounts: listOf(
      anyObject('A volume mount, as in a container.'),
      'Volume mounts to add to the worker container.',
    ).optional(),
  },
);

/** @internal */
export const workersSchema = group(
  'The pool of workers.',
  {
    replicas: replicas(
      'Number of workers; with minReplicas or maxReplicas, the number at the start.',
    ).default(1),
    minReplicas: replicas('Fewest workers when scaling.').optional(),
    maxReplicas: replicas('Most workers when scaling.').optional(),
    podOverrides: podOverridesSchema.optional(),
  },
  {
    rules: [
      {
        rule: '!has(self.minReplicas) || !has(self.maxReplicas) || self.minReplicas <= self.maxReplicas',
        message: 'must not be greater than maxReplicas',
        fieldPath: '.minReplicas',
      },
    ],
  },
);
