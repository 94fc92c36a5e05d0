import { manifest, Template } from './Template';

/** Two states with a prompt each. */
export const workflow: Template = {
  about: 'A workflow of two states, each with a prompt of its own.',
  arena: `
workflow:
  version: 1
  entry: intake
  states:
    intake:
      prompt_task: intake
      description: Finds out what the customer wants
      on_event:
        RefundWanted: refund
    refund:
      prompt_task: refund
      description: Settles the refund
      terminal: true
`,
  files: {
    'prompts/intake.prompt.yaml': manifest(
      'PromptConfig',
      'intake',
      `
task_type: intake
version: v1.0.0
description: Finds out what the customer wants
system_template: |
  Find out what the customer wants. When it is a refund, hand over with the event RefundWanted.
`,
    ),
    'prompts/refund.prompt.yaml': manifest(
      'PromptConfig',
      'refund',
      `
task_type: refund
version: v1.0.0
description: Settles refunds
system_template: |
  You settle refunds. What is known so far: {{workflow_context}}
`,
    ),
    'scenarios/refund.scenario.yaml': manifest(
      'Scenario',
      'refund',
      `
task_type: intake
description: A customer wants money back and is handed over
turns:
  - role: user
    content: Hello!
    assertions:
      - type: state_is
        params:
          state: intake
  - role: user
    content: The lamp is broken, I want my money back.
    assertions:
      - type: transitioned_to
        params:
          state: refund
      - type: spoke_in_state
        params:
          state: refund
      - type: contains
        params:
          patterns: [refund]
conversation_assertions:
  - type: workflow_complete
`,
    ),
  },
  script: `
refund:
  turns:
    1: Hello! What can I do for you?
    2:
      tool_calls:
        - name: workflow__transition
          arguments:
            event: RefundWanted
            context: The lamp is broken.
    3: I am sorry about the lamp. Your refund is on its way.
`,
};
