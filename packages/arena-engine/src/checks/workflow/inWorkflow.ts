import { CheckInput, CheckOutcome, verdict, WorkflowView } from '../Check';

/** Looks at the workflow; a conversation without one is not what was asked for. */
export function inWorkflow(
  look: (workflow: WorkflowView, input: CheckInput) => CheckOutcome,
): (input: CheckInput) => CheckOutcome {
  return input =>
    input.workflow
      ? look(input.workflow, input)
      : verdict(false, 'The conversation has no workflow');
}
