import { ToolCallRecord } from '../../conversation/messages';
import { lowerCase, printValue } from '../../text/goText';
import { compilePattern, Pattern } from '../../text/regex';
import { CheckParams } from '../CheckParams';

/** Looks at one call: what is wrong with it, or nothing. */
export type CallConstraint = (call: ToolCallRecord) => string | undefined;

/** Reads the constraints that a check may put on a call and its result. */
export function readConstraints(params: CheckParams): CallConstraint {
  const constraints: CallConstraint[] = [
    ...Object.entries(params.map('expected_args') ?? {}).map(expectedArgument),
    ...Object.entries(params.map('args_match') ?? {}).map(matchingArgument),
  ];
  const includes = params.strings('result_includes').map(lowerCase);
  if (includes.length > 0) {
    constraints.push(({ result }) => {
      const text = lowerCase(result);
      const missing = includes.find(pattern => !text.includes(pattern));
      return missing === undefined
        ? undefined
        : `the result lacks ${JSON.stringify(missing)}`;
    });
  }
  const source = params.string('result_matches');
  if (source) {
    const pattern = compilePattern(source);
    constraints.push(({ result }) =>
      matches(pattern, result)
        ? undefined
        : `the result does not match ${source}`,
    );
  }
  if (params.boolean('no_error')) {
    constraints.push(({ error }) => error && `it failed: ${error}`);
  }
  return call => {
    for (const constraint of constraints) {
      const fault = constraint(call);
      if (fault) return fault;
    }
    return undefined;
  };
}

export function matches(pattern: Pattern | string, text: string): boolean {
  return typeof pattern !== 'string' && pattern.test(text);
}

/** Arguments are compared as printed: 30 equals "30". */
export function sameArgument(actual: unknown, expected: unknown): boolean {
  return printValue(actual, 'float') === printValue(expected, 'yaml');
}

export function hasArgument(call: ToolCallRecord, name: string): boolean {
  return Object.hasOwn(call.arguments, name);
}

function expectedArgument([name, expected]: [string, unknown]): CallConstraint {
  return call => {
    if (!hasArgument(call, name)) return `the argument ${name} is missing`;
    // A null only asks that the argument is there.
    if (expected === null || sameArgument(call.arguments[name], expected)) {
      return undefined;
    }
    return `the argument ${name} is ${printValue(
      call.arguments[name],
    )}, expected ${printValue(expected, 'yaml')}`;
  };
}

function matchingArgument([name, source]: [string, unknown]): CallConstraint {
  const pattern =
    typeof source === 'string' ? compilePattern(source) : 'not a pattern';
  return call => {
    if (!hasArgument(call, name)) return `the argument ${name} is missing`;
    return matches(pattern, printValue(call.arguments[name]))
      ? undefined
      : `the argument ${name} does not match ${String(source)}`;
  };
}
