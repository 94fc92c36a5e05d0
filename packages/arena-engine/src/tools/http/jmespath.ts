import { compileJmesPath } from '../../text/jmesPath';
import { ToolError } from '../ToolHandler';

/** Reshapes a JSON value. */
export type Mapping = (value: unknown) => unknown;

/** Compiles a JMESPath expression; a wrong one fails the calls that use it. */
export function compileMapping(expression: string, from: string): Mapping {
  const query = compileJmesPath(expression);
  if (typeof query === 'string') {
    return () => {
      throw new ToolError(`${from} is no JMESPath expression: ${query}`);
    };
  }
  return value => {
    try {
      return query(value);
    } catch (error) {
      throw new ToolError(`${from} failed: ${describe(error)}`);
    }
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
