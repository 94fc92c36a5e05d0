import { CheckDefinition, constant, verdict } from '../Check';
import { hasArgument, sameArgument } from './callConstraints';

/** Some call of the tool has all the arguments. */
export function someCallHas(
  scoreWithoutArgs: number,
): CheckDefinition['prepare'] {
  return params => {
    const name = params.string('tool_name') ?? '';
    const expected = Object.entries(params.map('expected_args') ?? {});
    if (name === '') {
      return constant({ score: 0, explanation: 'tool_name is not given' });
    }
    if (expected.length === 0) {
      return constant({
        score: scoreWithoutArgs,
        explanation: 'expected_args is empty',
      });
    }
    return ({ toolCalls }) => {
      const found = toolCalls.some(
        call =>
          call.name === name &&
          expected.every(
            ([key, value]) =>
              hasArgument(call, key) &&
              sameArgument(call.arguments[key], value),
          ),
      );
      return verdict(
        found,
        found
          ? `A call of ${name} has the expected arguments`
          : `No call of ${name} has the expected arguments`,
      );
    };
  };
}
