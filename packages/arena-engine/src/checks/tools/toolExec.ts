import { z } from 'zod/v4';
import { compilePattern } from '../../text/regex';
import { CheckDefinition, constant, verdict } from '../Check';
import { pattern } from '../schemas';
import { within } from '../within';
import { matches } from './callConstraints';

const DEFAULT_TIMEOUT_SECONDS = 120;

export const toolExec: CheckDefinition = {
  type: 'tool_exec',
  summary:
    'A registered tool, called right now and outside of the conversation, answers as wanted.',
  reads: 'nothing of the conversation',
  asks: true,
  scoring: '1 or 0; 0 when the tool fails.',
  example: {
    tool: 'run_tests',
    args: { suite: 'unit' },
    success_pattern: '"failed":0',
  },
  params: z.strictObject({
    tool: z.string().describe('Name of the tool.'),
    args: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Arguments of the call.'),
    timeout_seconds: z
      .number()
      .positive()
      .default(DEFAULT_TIMEOUT_SECONDS)
      .describe('Longest time for the answer.'),
    success_pattern: pattern()
      .optional()
      .describe('Occurs in the answer, which is compact JSON or bare text.'),
    failure_pattern: pattern()
      .optional()
      .describe('Does not occur in the answer.'),
  }),
  prepare(params) {
    const tool = params.string('tool') ?? '';
    if (tool === '') {
      return constant({ score: 0, explanation: 'tool is not given' });
    }
    const success = params.string('success_pattern');
    const failure = params.string('failure_pattern');
    const successPattern = success ? compilePattern(success) : undefined;
    const failurePattern = failure ? compilePattern(failure) : undefined;
    const seconds = params.limit('timeout_seconds') ?? DEFAULT_TIMEOUT_SECONDS;
    return async ({ callTool, signal }) => {
      const outcome = await within(
        callTool(tool, params.map('args') ?? {}),
        seconds * 1000,
        signal,
      );
      if (outcome === 'timeout') {
        return verdict(false, `${tool} did not answer within ${seconds} s`);
      }
      const { error, compact } = outcome;
      if (error !== undefined) {
        return verdict(false, `${tool} failed: ${error}`);
      }
      if (failurePattern !== undefined && matches(failurePattern, compact)) {
        return verdict(false, `The answer of ${tool} matches ${failure}`);
      }
      if (successPattern !== undefined && !matches(successPattern, compact)) {
        return verdict(
          false,
          `The answer of ${tool} does not match ${success}`,
        );
      }
      return verdict(true, `${tool} answered`);
    };
  },
};
