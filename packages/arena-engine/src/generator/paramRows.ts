import { z } from 'zod/v4';
import { CheckDefinition } from '../checks/Check';

/** One parameter of a check, as its reference lists it. */
export interface ParamRow {
  /** `steps[].tool` */
  path: string;
  type: string;
  required: boolean;
  default?: string;
  allowed: string;
  description: string;
}

interface Node {
  type?: string;
  format?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  additionalProperties?: Node | boolean;
  anyOf?: Node[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  minLength?: number;
}

/** Parameters of a check, those of nested maps included. */
export function paramRows({ params }: CheckDefinition): ParamRow[] {
  const root: Node = z.toJSONSchema(params, {
    io: 'input',
    unrepresentable: 'any',
  }) as Node;
  return rowsOf(root, '');
}

function rowsOf(node: Node, prefix: string): ParamRow[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const row: ParamRow = {
      path,
      type: typeName(property),
      required: node.required?.includes(name) ?? false,
      allowed: allowed(property),
      description: property.description ?? '',
      ...(property.default === undefined
        ? {}
        : { default: JSON.stringify(property.default) }),
    };
    return [row, ...rowsOf(property.items ?? {}, `${path}[].`)];
  });
}

function typeName(node: Node): string {
  if (node.format === 're2') return 'RE2 pattern';
  if (node.anyOf) {
    return [...new Set(node.anyOf.map(typeName))].join(' or ');
  }
  if (node.type === 'array') return `list of ${plural(node.items ?? {})}`;
  if (node.type !== 'object') return node.type ?? 'anything';
  const { additionalProperties: values } = node;
  return typeof values === 'object' && Object.keys(values).length > 0
    ? `map of ${plural(values)}`
    : 'map';
}

function plural(node: Node): string {
  const name = typeName(node);
  return name === 'anything' || name.startsWith('list') ? name : `${name}s`;
}

function allowed(node: Node): string {
  const bounds: Array<[string, number | undefined]> = [
    ['at least', node.minimum],
    ['more than', node.exclusiveMinimum],
    ['at most', node.maximum],
  ];
  return [
    ...(node.enum ?? []).map(value => `\`${value}\``),
    ...bounds.flatMap(([words, bound]) =>
      // Every whole number of JSON Schema has the bounds of exact numbers.
      bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER
        ? []
        : [`${words} ${bound}`],
    ),
    ...(node.minItems ? ['not empty'] : []),
    ...(node.minLength ? ['not empty'] : []),
  ].join(', ');
}
