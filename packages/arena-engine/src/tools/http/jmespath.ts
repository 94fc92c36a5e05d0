import { compile, TreeInterpreter } from '@jmespath-community/jmespath';
import { ToolError } from '../ToolHandler';

/** Reshapes a JSON value. */
export type Mapping = (value: unknown) => unknown;

type Json = Parameters<typeof TreeInterpreter.search>[1];

/** Compiles a JMESPath expression; a wrong one fails the calls that use it. */
export function compileMapping(expression: string, from: string): Mapping {
  let query: ReturnType<typeof compile>;
  try {
    query = compile(expression);
  } catch (error) {
    const reason = describe(error);
    return () => {
      throw new ToolError(`${from} is no JMESPath expression: ${reason}`);
    };
  }
  return value => {
    try {
      const json: Json = JSON.parse(JSON.stringify(value ?? null));
      return TreeInterpreter.search(query, json) ?? null;
    } catch (error) {
      throw new ToolError(`${from} failed: ${describe(error)}`);
    }
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
