import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import {
  ARENA_KINDS,
  EMBEDDED_CLUSTER,
  hasStatus,
  parseDuration,
} from '@backstage-arena/plugin-arena-common';
import { resolve } from 'node:path';
import { z } from 'zod/v4';
import {
  ClusterConnection,
  KubernetesClusterConfig,
  POD_OVERRIDE_FIELDS,
} from './KubernetesClusterConfig';

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN =
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUANTITY = /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

const text = z.string().min(1);
const label = z
  .string()
  .regex(LABEL, 'is not a DNS label (a-z, 0-9 and -, at most 63)');
const objectName = z
  .string()
  .regex(
    SUBDOMAIN,
    'is not a DNS subdomain (labels of a-z, 0-9 and -, with dots between them, at most 253)',
  );
const quantity = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine(value => QUANTITY.test(value), {
    error: 'is not a quantity such as 500m or 512Mi',
  });
const url = z
  .string()
  .refine(
    value => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    { error: 'is not an http or https URL' },
  )
  .transform(value => value.replace(/\/+$/, ''));

/** With these, whoever may create a job could take what the namespace has: its accounts, Secrets and claims. */
const CLOSED_FIELDS: readonly string[] = [
  'serviceAccountName',
  'env',
  'envFrom',
  'extraVolumes',
  'extraVolumeMounts',
];
const OPEN_FIELDS = POD_OVERRIDE_FIELDS.filter(
  field => !CLOSED_FIELDS.includes(field),
);

const connectionSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('inCluster') }),
  z.strictObject({
    type: z.literal('kubeconfig'),
    path: text,
    context: text.optional(),
  }),
  z.strictObject({ type: z.literal('kubernetesPlugin'), name: text }),
  z.strictObject({
    type: z.literal('direct'),
    url,
    caData: text.optional(),
    caFile: text.optional(),
    token: text.optional(),
    tokenFile: text.optional(),
    skipTLSVerify: z.boolean().default(false),
  }),
]);

const resourcesSchema = z.strictObject({
  requests: z
    .record(z.string(), quantity)
    .default({ cpu: '100m', memory: '192Mi' }),
  limits: z.record(z.string(), quantity).default({ memory: '512Mi' }),
});

const workerSchema = z.strictObject({
  image: text,
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  imagePullSecrets: z.array(objectName).default([]),
  backendUrl: url,
  caData: z
    .string()
    .regex(/-----BEGIN CERTIFICATE-----/, 'is not a certificate in PEM')
    .optional(),
  env: z
    .record(
      z.string().regex(VARIABLE, 'is not the name of a variable'),
      z.string(),
    )
    .optional(),
  tmpSizeLimit: quantity.optional(),
  resources: resourcesSchema.prefault({}),
  serviceAccountName: objectName.optional(),
  priorityClassName: objectName.optional(),
  nodeSelector: z.record(z.string(), z.string()).default({}),
  tolerations: z.array(z.looseObject({})).default([]),
  kueueQueue: text.optional(),
  podOverrides: z.array(z.enum(POD_OVERRIDE_FIELDS)).default(OPEN_FIELDS),
});

const duration = z.string().transform((value, context) => {
  try {
    return parseDuration(value);
  } catch (error) {
    context.addIssue(`is not a duration such as 15s or 1m`);
    return z.NEVER;
  }
});

/** As controllers of Kubernetes have it. */
const leaderElectionSchema = z
  .strictObject({
    leaseDuration: duration.default(15_000),
    renewDeadline: duration.default(10_000),
    retryPeriod: duration.default(2_000),
  })
  .check(({ value, issues }) => {
    const { leaseDuration, renewDeadline, retryPeriod } = value;
    const refuse = (key: keyof typeof value, message: string) =>
      issues.push({ code: 'custom', input: value, path: [key], message });
    if (leaseDuration < 1_000 || leaseDuration % 1_000 !== 0) {
      refuse('leaseDuration', 'must be whole seconds, at least 1s');
    }
    if (renewDeadline >= leaseDuration) {
      refuse('leaseDuration', 'must be more than renewDeadline');
    }
    if (retryPeriod <= 0 || retryPeriod * 2 > renewDeadline) {
      refuse(
        'retryPeriod',
        'must be more than 0, and at most half of renewDeadline',
      );
    }
  });

const clusterSchema = z.strictObject({
  name: label.refine(name => name !== EMBEDDED_CLUSTER, {
    error: 'is the name of the objects in the database',
  }),
  connection: connectionSchema,
  namespaces: z.array(label).min(1).optional(),
  controllerClass: label.optional(),
  foreignStatuses: z
    .array(z.enum(ARENA_KINDS.map(({ kind }) => kind).filter(hasStatus)))
    .default([]),
  leaseNamespace: label.optional(),
  leaderElection: leaderElectionSchema.prefault({}),
  worker: workerSchema,
});

/**
 * Reads `arena.clusters`.
 *
 * @param config - the `arena` section
 * @param base - folder that relative paths start from
 * @throws InputError naming the key, its value and what is allowed
 */
export function readClusters(
  config: Config | undefined,
  base: string,
): KubernetesClusterConfig[] {
  const value = config?.getOptional('clusters') ?? [];
  const parsed = z.array(clusterSchema).safeParse(value);
  if (!parsed.success) {
    throw new InputError(
      parsed.error.issues.map(issue => describe(issue, value)).join('; '),
    );
  }
  const names = parsed.data.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) {
    throw new InputError(
      `Invalid value in config at arena.clusters: two clusters have the name '${twice}'`,
    );
  }
  return parsed.data.map(cluster => ({
    ...cluster,
    connection: withWholePaths(cluster.connection, base),
  }));
}

function withWholePaths(
  connection: ClusterConnection,
  base: string,
): ClusterConnection {
  const whole = (path: string | undefined) => path && resolve(base, path);
  switch (connection.type) {
    case 'kubeconfig':
      return { ...connection, path: resolve(base, connection.path) };
    case 'direct':
      return {
        ...connection,
        caFile: whole(connection.caFile),
        tokenFile: whole(connection.tokenFile),
      };
    default:
      return connection;
  }
}

function describe(issue: z.core.$ZodIssue, root: unknown): string {
  const path = issue.path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  if (issue.code === 'unrecognized_keys') {
    return `Unknown key in config at arena.clusters${path}: ${issue.keys.join(
      ', ',
    )}`;
  }
  const value = issue.path.reduce<unknown>(
    (at, part) => Reflect.get(Object(at), part),
    root,
  );
  // A token or the inside of a larger value must not be told to the log.
  const shown =
    ['string', 'number', 'boolean', 'undefined'].includes(typeof value) &&
    !/(token|caData)$/.test(path)
      ? `'${value}' `
      : '';
  return `Invalid value in config at arena.clusters${path}: ${shown}${issue.message}`;
}
