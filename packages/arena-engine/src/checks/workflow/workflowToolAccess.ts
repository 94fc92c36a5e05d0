import { z } from 'zod/v4';
import { ToolCallRecord } from '../../conversation/messages';
import { CheckDefinition, CheckInput, verdict, WorkflowView } from '../Check';
import { inWorkflow } from './inWorkflow';

export const workflowToolAccess: CheckDefinition = {
  type: 'workflow_tool_access',
  summary:
    'In each state that has a rule, only the tools of the rule were called. States without a rule are open.',
  reads: 'workflow',
  scoring: '1 or 0.',
  quirks: ['toolsBlamedOnLastState'],
  example: {
    rules: [{ state: 'browse', allowed: ['search', 'workflow__transition'] }],
  },
  params: z.strictObject({
    rules: z
      .array(
        z.strictObject({
          state: z.string().describe('Name of the state.'),
          allowed: z.array(z.string()).describe('Names of tools.'),
        }),
      )
      .describe('One rule for each state that is not open.'),
  }),
  prepare(params, { quirks }) {
    const rules = new Map(
      params
        .maps('rules')
        .map(rule => [
          rule.string('state') ?? '',
          new Set(rule.strings('allowed')),
        ]),
    );
    const stateFor = quirks.toolsBlamedOnLastState ? lastEntered : callingState;
    return inWorkflow((workflow, input) => {
      for (const call of input.toolCalls) {
        const state = stateFor(workflow, call, input);
        const allowed = state === undefined ? undefined : rules.get(state);
        if (allowed && !allowed.has(call.name)) {
          return verdict(
            false,
            `${call.name} was called in state ${state}, which allows ${
              [...allowed].join(', ') || 'no tools'
            }`,
          );
        }
      }
      return verdict(true, 'No tool was called where it is not allowed');
    });
  },
};

function lastEntered({ transitions }: WorkflowView): string | undefined {
  return transitions[transitions.length - 1]?.to;
}

function callingState(
  { initial, transitions }: WorkflowView,
  call: ToolCallRecord,
  { messages }: CheckInput,
): string {
  const stamped = messages[call.message]?.state?.state;
  if (stamped !== undefined) return stamped;
  const before = transitions.filter(({ at }) => at <= call.message);
  return before[before.length - 1]?.to ?? initial;
}
