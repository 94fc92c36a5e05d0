import { ClusterSection } from './ClusterSection';
import {
  KubernetesClusterConfig,
  POD_OVERRIDE_FIELDS,
  PodOverrideField,
} from './KubernetesClusterConfig';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;
const QUANTITY = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+|m|[kMGTPE]|[KMGTPE]i)?$/;
const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const DEFAULT_RESOURCES = {
  requests: { cpu: '100m', memory: '192Mi' },
  limits: { memory: '512Mi' },
};

/**
 * Closed by default is what gives whoever may create a job the use of any account, Secret or volume of the namespace.
 */
const CLOSED_OVERRIDES: readonly PodOverrideField[] = [
  'serviceAccountName',
  'env',
  'envFrom',
  'extraVolumes',
  'extraVolumeMounts',
];

/** Reads `worker` of a cluster. */
export function readClusterWorker(
  read: ClusterSection,
): KubernetesClusterConfig['worker'] {
  read.knownKeys([
    'image',
    'imagePullPolicy',
    'imagePullSecrets',
    'backendUrl',
    'caData',
    'env',
    'tmpSizeLimit',
    'resources',
    'serviceAccountName',
    'priorityClassName',
    'nodeSelector',
    'tolerations',
    'kueueQueue',
    'podOverrides',
  ]);
  const pullPolicy = read.optionalText('imagePullPolicy');
  return {
    image: read.matching(
      'image',
      read.text('image'),
      /[^/]+(?::[\w][\w.-]*|@sha256:[0-9a-f]{64})$/,
      'an image with a tag or a digest',
    ),
    imagePullPolicy:
      pullPolicy === undefined
        ? undefined
        : read.oneOf('imagePullPolicy', pullPolicy, PULL_POLICIES),
    imagePullSecrets: read.texts('imagePullSecrets') ?? [],
    backendUrl: read.url('backendUrl'),
    caData: readCa(read),
    env: readEnv(read),
    tmpSizeLimit: readSize(read),
    resources: readResources(read),
    serviceAccountName: read.optionalText('serviceAccountName'),
    priorityClassName: read.optionalText('priorityClassName'),
    nodeSelector: read.map('nodeSelector') ?? {},
    tolerations: read.maps('tolerations'),
    kueueQueue: read.optionalText('kueueQueue'),
    podOverrides:
      read
        .texts('podOverrides')
        ?.map((field, index) =>
          read.oneOf(`podOverrides[${index}]`, field, POD_OVERRIDE_FIELDS),
        ) ??
      POD_OVERRIDE_FIELDS.filter(field => !CLOSED_OVERRIDES.includes(field)),
  };
}

function readCa(read: ClusterSection): string | undefined {
  const caData = read.optionalText('caData');
  if (caData !== undefined && !caData.includes('-----BEGIN CERTIFICATE-----')) {
    read.fail('caData', `${caData.slice(0, 20)}…`, 'is not a PEM');
  }
  return caData;
}

function readEnv(read: ClusterSection): Record<string, string> | undefined {
  const env = read.map('env');
  for (const name of Object.keys(env ?? {})) {
    read.matching(
      'env',
      name,
      ENVIRONMENT_NAME,
      'the name of an environment variable',
    );
  }
  return env;
}

function readSize(read: ClusterSection): string | undefined {
  const size = read.optionalText('tmpSizeLimit');
  return size === undefined
    ? undefined
    : read.matching('tmpSizeLimit', size, QUANTITY, 'a quantity such as 2Gi');
}

function readResources(
  read: ClusterSection,
): KubernetesClusterConfig['worker']['resources'] {
  if (!read.config.has('resources')) return DEFAULT_RESOURCES;
  const resources = read.section('resources');
  resources.knownKeys(['requests', 'limits']);
  const quantities = (key: 'requests' | 'limits') => {
    const map = resources.map(key) ?? {};
    for (const [name, value] of Object.entries(map)) {
      resources.matching(
        `${key}['${name}']`,
        value,
        QUANTITY,
        'a quantity such as 500m or 512Mi',
      );
    }
    return map;
  };
  return { requests: quantities('requests'), limits: quantities('limits') };
}
