import { z } from 'zod/v4';
import { compilePattern } from '../../text/regex';
import { CheckDefinition, constant, verdict } from '../Check';
import { matches } from './constraints';

/** Calls a registered tool now and looks at what it answers. */
export const toolExec: CheckDefinition = {
  type: 'tool_exec',
  params: z.strictObject({
    tool: z.string(),
    args: z.record(z.string(), z.unknown()).optional(),
    timeout_seconds: z.number().positive().optional(),
    success_pattern: z.string().optional(),
    failure_pattern: z.string().optional(),
  }),
  prepare(params) {
    const tool = params.string('tool') ?? '';
    if (tool === '')
      return constant({ score: 0, explanation: 'tool is not given' });
    const success = params.string('success_pattern');
    const failure = params.string('failure_pattern');
    const successPattern = success ? compilePattern(success) : undefined;
    const failurePattern = failure ? compilePattern(failure) : undefined;
    return async ({ callTool }) => {
      const outcome = await callTool(tool, params.map('args') ?? {});
      if (outcome.error !== undefined) {
        return verdict(false, `${tool} failed: ${outcome.error}`);
      }
      if (
        failurePattern !== undefined &&
        matches(failurePattern, outcome.compact)
      ) {
        return verdict(false, `The answer of ${tool} matches ${failure}`);
      }
      if (
        successPattern !== undefined &&
        !matches(successPattern, outcome.compact)
      ) {
        return verdict(
          false,
          `The answer of ${tool} does not match ${success}`,
        );
      }
      return verdict(true, `${tool} answered`);
    };
  },
};
