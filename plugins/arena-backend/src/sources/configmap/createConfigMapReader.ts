import { own } from '../../planning/createSecretFinder';
import { ConfigMapReader } from './ConfigMapReader';

/** ConfigMaps of embedded mode: `arena.configMaps` of app-config. */
export function createConfigMapReader(
  configMaps: Record<string, Record<string, Record<string, string>>>,
): ConfigMapReader {
  return {
    read: async ({ namespace, name }) => own(own(configMaps, namespace), name),
    whereIs: ({ namespace, name }) =>
      ` (arena.configMaps.${namespace}.${name} in app-config)`,
  };
}
