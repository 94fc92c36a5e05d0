import {
  ArenaKind,
  ArenaObject,
  crdOf,
} from '@backstage-arena/plugin-arena-common';
import { formatAge } from './table';

/** Header and rows of a list, with the columns that the kind's CRD prints. */
export interface ObjectTable {
  header: string[];
  row(object: ArenaObject): string[];
}

export function objectTable(
  kind: ArenaKind,
  options: { wide: boolean; withNamespace: boolean },
): ObjectTable {
  const [version] = crdOf(kind).spec.versions;
  const columns = version.additionalPrinterColumns.filter(
    column => options.wide || !column.priority,
  );
  const lead = options.withNamespace ? ['NAMESPACE', 'NAME'] : ['NAME'];
  return {
    header: [
      ...lead,
      ...columns.map(column => column.name.toLocaleUpperCase('en-US')),
    ],
    row: object => {
      const { namespace, name } = object.metadata;
      return [
        ...(options.withNamespace ? [namespace, name] : [name]),
        ...columns.map(column => {
          const value = valueAt(object, column.jsonPath);
          if (column.type === 'date') {
            return formatAge(typeof value === 'string' ? value : undefined);
          }
          if (value === undefined || value === null) return '';
          // As `kubectl get` prints it.
          return typeof value === 'object'
            ? JSON.stringify(value)
            : String(value);
        }),
      ];
    },
  };
}

function valueAt(object: unknown, jsonPath: string): unknown {
  let value = object;
  for (const key of jsonPath.split('.').filter(Boolean)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
