import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { checkKeys } from './checkKeys';

/** What the jobs of one namespace may take at a time, in each cluster. What is absent has no limit. */
export interface NamespaceLimits {
  /** Jobs whose run is open. */
  maxRunningJobs?: number;
  /** Workers that these jobs may have together. */
  maxWorkers?: number;
  /** What their calls may have cost in a calendar month (UTC) before a new job waits, as the providers' pricing has it. */
  maxMonthlyCost?: number;
}

/** The `arena.limits` section. */
export interface LimitsConfig {
  default: NamespaceLimits;
  /** By namespace; what one does not say, the default does. */
  namespaces: Record<string, NamespaceLimits>;
}

const SECTION = 'arena.limits';
const KEYS = ['maxRunningJobs', 'maxWorkers', 'maxMonthlyCost'] as const;

/** Reads `arena.limits`. */
export function readLimits(config: Config | undefined): LimitsConfig {
  if (config) checkKeys(config, SECTION, ['default', 'namespaces']);
  const namespaces = config?.getOptionalConfig('namespaces');
  return {
    default: readNamespace(
      config?.getOptionalConfig('default'),
      `${SECTION}.default`,
    ),
    namespaces: Object.fromEntries(
      (namespaces?.keys() ?? []).map(name => [
        name,
        readNamespace(
          namespaces!.getConfig(name),
          `${SECTION}.namespaces.${name}`,
        ),
      ]),
    ),
  };
}

/** The limits of one namespace. */
export function limitsOf(
  config: LimitsConfig,
  namespace: string,
): NamespaceLimits {
  const own = Object.hasOwn(config.namespaces, namespace)
    ? config.namespaces[namespace]
    : {};
  return { ...config.default, ...own };
}

function readNamespace(
  config: Config | undefined,
  section: string,
): NamespaceLimits {
  if (!config) return {};
  checkKeys(config, section, KEYS);
  const limits: NamespaceLimits = {};
  for (const key of KEYS) {
    const value = config.getOptionalNumber(key);
    if (value === undefined) continue;
    const whole = key !== 'maxMonthlyCost';
    if (!(whole ? Number.isSafeInteger(value) : true) || value < 0) {
      throw new InputError(
        `Invalid value in config at ${section}.${key}: ${value} is not a ${
          whole ? 'whole ' : ''
        }number from 0 on`,
      );
    }
    limits[key] = value;
  }
  return limits;
}
