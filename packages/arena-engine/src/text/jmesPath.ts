import { compile, TreeInterpreter } from '@jmespath-community/jmespath';

type Tree = ReturnType<typeof compile>;
type Json = Parameters<typeof TreeInterpreter.search>[1];

/** A compiled JMESPath expression: what it finds in a JSON value, or null. */
export type Query = (value: unknown) => unknown;

/** What the language consists of; the library has extensions. */
const NODES = new Set([
  'AndExpression',
  'Comparator',
  'Current',
  'ExpressionReference',
  'Field',
  'FilterProjection',
  'Flatten',
  'Function',
  'Identity',
  'Index',
  'IndexExpression',
  'KeyValuePair',
  'Literal',
  'MultiSelectHash',
  'MultiSelectList',
  'NotExpression',
  'OrExpression',
  'Pipe',
  'Projection',
  'Slice',
  'Subexpression',
  'ValueProjection',
]);

const FUNCTIONS = new Set(
  `abs avg ceil contains ends_with floor join keys length map max max_by merge min min_by not_null reverse sort sort_by
  starts_with sum to_array to_number to_string type values`.split(/\s+/),
);

/**
 * Compiles an expression. Its query throws when a function gets arguments of a wrong type.
 *
 * @returns The reason when it is no expression of the language.
 */
export function compileJmesPath(expression: string): Query | string {
  let tree: Tree;
  try {
    tree = compile(expression);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const fault = findExtension(tree);
  if (fault !== undefined) return fault;
  return value => {
    const json: Json = JSON.parse(JSON.stringify(value ?? null));
    return TreeInterpreter.search(tree, json) ?? null;
  };
}

function findExtension(node: object): string | undefined {
  const type = String(Reflect.get(node, 'type'));
  if (!NODES.has(type)) return `${type} is not part of JMESPath`;
  if (type === 'Literal') return undefined;
  const name: unknown = Reflect.get(node, 'name');
  if (type === 'Function' && !FUNCTIONS.has(String(name))) {
    return `Unknown function: ${String(name)}()`;
  }
  for (const part of Object.values(node).flat()) {
    if (part !== null && typeof part === 'object') {
      const fault = findExtension(part);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}
