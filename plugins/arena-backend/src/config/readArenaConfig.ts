import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { isHostPattern } from '@backstage-arena/plugin-arena-common/network';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod/v4';
import { ArenaBackendConfig } from './ArenaBackendConfig';
import { checkKeys } from './checkKeys';
import { readClusters } from './readClusters';
import { readLimits } from './readLimits';
import { readListener } from './readListener';
import { readNotifications } from './readNotifications';
import { readRedaction } from './readRedaction';
import { readWebhook } from './readWebhook';
import { readWebhooks } from './readWebhooks';

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const HOUR_MS = 3_600_000;

/** What can be guessed is no secret. */
const MIN_SECRET_LENGTH = 16;

const hostsByNameSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.array(
      z.string().refine(host => host === '*' || isHostPattern(host), {
        error: ({ input }) => `${JSON.stringify(input)} is no host`,
      }),
    ),
  ),
);

const namedTextsSchema = z.record(
  z.string(),
  z.record(z.string(), z.record(z.string(), z.string())),
);

/** Typed reads below `arena` whose errors name the whole key, the value and what is allowed. */
class SectionReader {
  constructor(private readonly config: Config | undefined) {}

  knownKeys(section: string, allowed: string[]): void {
    const config = section
      ? this.config?.getOptionalConfig(section)
      : this.config;
    if (!config) return;
    checkKeys(config, section ? `arena.${section}` : 'arena', allowed);
  }

  text(key: string, fallback: string): string {
    return this.config?.getOptionalString(key) ?? fallback;
  }

  has(key: string): boolean {
    return this.config?.has(key) ?? false;
  }

  webhookSecret(key: string): string | undefined {
    const value = this.config?.getOptionalString(key);
    if (value !== undefined && value.length < MIN_SECRET_LENGTH) {
      throw new InputError(
        `Invalid value in config at arena.${key}: it has ${value.length} characters, at least ${MIN_SECRET_LENGTH} are needed`,
      );
    }
    return value;
  }

  texts(key: string, fallback: string[]): string[] {
    return this.config?.getOptionalStringArray(key) ?? fallback;
  }

  integer(key: string, fallback: number, min: number, max: number): number {
    const value = this.config?.getOptionalNumber(key) ?? fallback;
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InputError(
        `Invalid value in config at arena.${key}: ${value} is not a whole number from ${min} to ${max}`,
      );
    }
    return value;
  }

  flag(key: string, fallback = false): boolean {
    return this.config?.getOptionalBoolean(key) ?? fallback;
  }

  duration(key: string, fallbackMs: number, minMs: number): number {
    if (!this.config?.has(key)) return fallbackMs;
    const value = durationToMilliseconds(
      readDurationFromConfig(this.config, { key }),
    );
    if (value < minMs) {
      throw new InputError(
        `Invalid value in config at arena.${key}: ${value} ms is less than the allowed ${minMs} ms`,
      );
    }
    return value;
  }

  url(key: string): string | undefined {
    const value = this.config?.getOptionalString(key);
    if (value === undefined) return undefined;
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
      throw new InputError(
        `Invalid value in config at arena.${key}: '${value}' is not an http or https URL`,
      );
    }
    return value.replace(/\/+$/, '');
  }

  /** Names by namespace. */
  hostsByName(key: string): Record<string, Record<string, string[]>> {
    return this.parse(
      key,
      hostsByNameSchema,
      'lists of hosts (names, addresses, *.suffix, or * for any; without ports) by namespace and name',
    );
  }

  /** Texts by namespace, name and key. Keys may have dots, as `ca.crt`: what reads a value by its path would take them apart. */
  namedTexts(
    key: string,
  ): Record<string, Record<string, Record<string, string>>> {
    return this.parse(
      key,
      namedTextsSchema,
      'texts by namespace, name and key',
    );
  }

  private parse<T>(key: string, schema: z.ZodType<T>, allowed: string): T {
    const result = schema.safeParse(this.config?.getOptional(key) ?? {});
    if (result.success) return result.data;
    const [{ path, message }] = result.error.issues;
    throw new InputError(
      `Invalid value in config at ${[`arena.${key}`, ...path].join(
        '.',
      )}: ${message}; allowed are ${allowed}`,
    );
  }
}

/**
 * Reads the `arena` section as a whole, so that a mistake stops the start with the key that is wrong instead of failing
 * some run later.
 */
export function readArenaConfig(
  root: Config,
  options: { workingDirectory?: string } = {},
): ArenaBackendConfig {
  const base = options.workingDirectory ?? process.cwd();
  const config = root.getOptionalConfig('arena');
  const read = new SectionReader(config);
  read.knownKeys('', [
    'dataDirectory',
    'workspaceRoots',
    'secrets',
    'sourceCredentials',
    'configMaps',
    'uploads',
    'sourceWebhook',
    'embedded',
    'clusters',
    'workers',
    'webhook',
    'webhooks',
    'notifications',
    'queue',
    'bundles',
    'discovery',
    'network',
    'limits',
    'planning',
    'git',
    'redaction',
    'transcripts',
    'results',
    'outputs',
  ]);
  read.knownKeys('embedded', ['enabled']);
  read.knownKeys('uploads', ['enabled', 'directory']);
  read.knownKeys('sourceWebhook', ['secret']);
  read.knownKeys('workers', [
    'launcher',
    'backendUrl',
    'maxLocalProcesses',
    'spare',
    'memoryMiB',
    'allowedEnvironment',
    'listen',
  ]);
  read.knownKeys('queue', [
    'leaseTtl',
    'heartbeatInterval',
    'itemTimeout',
    'maxAttempts',
    'retryDelay',
    'retryMaxDelay',
    'maxConcurrentReports',
  ]);
  read.knownKeys('bundles', [
    'allowExec',
    'allowStdio',
    'allowAmbientCredentials',
  ]);
  read.knownKeys('discovery', ['allowedHosts']);
  read.knownKeys('network', ['allow']);
  read.knownKeys('planning', ['timeout', 'memoryMiB']);
  read.knownKeys('git', ['memoryMiB']);
  read.knownKeys('transcripts', ['maxBytesPerItem', 'retentionDays']);
  read.knownKeys('results', ['retentionDays']);
  read.knownKeys('outputs', ['retryDelay', 'retryMaxDelay', 'retryFor']);

  const clusters = readClusters(config, base);
  if (!read.flag('embedded.enabled', true) && clusters.length === 0) {
    throw new InputError(
      'Invalid value in config at arena.embedded.enabled: false leaves no place for objects while arena.clusters is empty',
    );
  }

  const leaseTtlMs = read.duration('queue.leaseTtl', 30_000, 1_000);
  const heartbeatIntervalMs = read.duration(
    'queue.heartbeatInterval',
    Math.min(5_000, Math.floor(leaseTtlMs / 3)),
    100,
  );
  if (heartbeatIntervalMs * 2 > leaseTtlMs) {
    throw new InputError(
      `Invalid value in config at arena.queue.heartbeatInterval: ${heartbeatIntervalMs} ms is more than half of ` +
        `arena.queue.leaseTtl (${leaseTtlMs} ms), so that one lost heartbeat would lose the lease`,
    );
  }
  const retryDelayMs = read.duration('queue.retryDelay', 1_000, 0);
  const outputRetryMs = read.duration('outputs.retryDelay', 300_000, 1_000);

  return {
    dataDirectory: resolve(base, read.text('dataDirectory', './data/arena')),
    workspaceRoots: read
      .texts('workspaceRoots', [])
      .map(folder => resolve(base, folder)),
    embedded: { enabled: read.flag('embedded.enabled', true) },
    clusters,
    secrets: read.namedTexts('secrets'),
    sourceCredentials: read.hostsByName('sourceCredentials'),
    configMaps: read.namedTexts('configMaps'),
    uploads: {
      enabled: read.flag('uploads.enabled', read.has('uploads.directory')),
      directory: read.has('uploads.directory')
        ? resolve(base, read.text('uploads.directory', ''))
        : undefined,
    },
    sourceWebhook: { secret: read.webhookSecret('sourceWebhook.secret') },
    workers: {
      launcher: read.text('workers.launcher', 'local'),
      backendUrl: read.url('workers.backendUrl'),
      maxLocalProcesses: read.integer(
        'workers.maxLocalProcesses',
        Math.max(4, 2 * cpus().length),
        1,
        1_000,
      ),
      listen: readListener(
        config?.getOptionalConfig('workers.listen'),
        'arena.workers.listen',
        { workingDirectory: base },
      ),
      spare: read.integer('workers.spare', 1, 0, 100),
      memoryMiB: read.integer('workers.memoryMiB', 512, 64, 1_048_576),
      allowedEnvironment: read
        .texts('workers.allowedEnvironment', [])
        .map((name, index) => {
          if (!ENVIRONMENT_NAME.test(name)) {
            throw new InputError(
              `Invalid value in config at arena.workers.allowedEnvironment[${index}]: '${name}' is not the name of an environment variable`,
            );
          }
          return name;
        }),
    },
    webhook: readWebhook(config?.getOptionalConfig('webhook'), {
      workingDirectory: base,
    }),
    webhooks: readWebhooks(config?.getOptionalConfigArray('webhooks')),
    notifications: readNotifications(
      config?.getOptionalConfig('notifications'),
    ),
    queue: {
      leaseTtlMs,
      heartbeatIntervalMs,
      itemTimeoutMs: read.duration('queue.itemTimeout', 300_000, 100),
      maxAttempts: read.integer('queue.maxAttempts', 3, 1, 100),
      retryDelayMs,
      retryMaxDelayMs: read.duration(
        'queue.retryMaxDelay',
        Math.max(60_000, retryDelayMs),
        retryDelayMs,
      ),
      maxConcurrentReports: read.integer(
        'queue.maxConcurrentReports',
        16,
        1,
        10_000,
      ),
    },
    bundles: {
      allowExec: read.flag('bundles.allowExec'),
      allowStdio: read.flag('bundles.allowStdio'),
      allowAmbientCredentials: read.flag('bundles.allowAmbientCredentials'),
    },
    discovery: { allowedHosts: readHosts(read, 'discovery.allowedHosts') },
    network: { allow: readHosts(read, 'network.allow') },
    limits: readLimits(config?.getOptionalConfig('limits')),
    planning: {
      timeoutMs: read.duration('planning.timeout', 60_000, 1_000),
      memoryMiB: read.integer('planning.memoryMiB', 512, 64, 1_048_576),
    },
    git: { memoryMiB: read.integer('git.memoryMiB', 256, 64, 1_048_576) },
    redaction: readRedaction(config?.getOptionalConfig('redaction')),
    transcripts: {
      maxBytesPerItem: read.integer(
        'transcripts.maxBytesPerItem',
        1_048_576,
        1_024,
        104_857_600,
      ),
      retentionDays: read.integer('transcripts.retentionDays', 30, 1, 36_500),
    },
    results: {
      retentionDays: read.integer('results.retentionDays', 365, 1, 36_500),
    },
    outputs: {
      retryDelayMs: outputRetryMs,
      retryMaxDelayMs: read.duration(
        'outputs.retryMaxDelay',
        Math.max(6 * HOUR_MS, outputRetryMs),
        outputRetryMs,
      ),
      retryForMs: read.duration('outputs.retryFor', 7 * 24 * HOUR_MS, 0),
    },
  };
}

function readHosts(read: SectionReader, key: string): string[] {
  return read.texts(key, []).map((host, index) => {
    if (!isHostPattern(host)) {
      throw new InputError(
        `Invalid value in config at arena.${key}[${index}]: '${host}' is no host: allowed are names, *.suffix, addresses and networks such as 10.0.0.0/8`,
      );
    }
    return host;
  });
}
