import { manifest, Template } from './Template';

/** Several tools in a row, and limits for them. */
export const agent: Template = {
  about:
    'An agent that searches, reads and then acts, with checks of the order of its steps.',
  files: {
    'prompts/helpdesk.prompt.yaml': manifest(
      'PromptConfig',
      'helpdesk',
      `
task_type: helpdesk
version: v1.0.0
description: An agent of the help desk
system_template: |
  You are the help desk. Search the articles first. When none of them helps, open a ticket and give its number.
allowed_tools:
  - search_articles
  - open_ticket
validators:
  - type: banned_words
    params:
      words: [password is]
    message: I never tell passwords.
`,
    ),
    'tools/search-articles.tool.yaml': manifest(
      'Tool',
      'search_articles',
      `
description: Searches the articles of the help desk
mode: mock
input_schema:
  type: object
  properties:
    query: {type: string}
  required: [query]
output_schema:
  type: object
mock_result:
  articles: []
`,
    ),
    'tools/open-ticket.tool.yaml': manifest(
      'Tool',
      'open_ticket',
      `
description: Opens a ticket
mode: mock
input_schema:
  type: object
  properties:
    title: {type: string}
    priority: {type: string, enum: [low, normal, high]}
  required: [title, priority]
output_schema:
  type: object
mock_result:
  ticket: T-77
`,
    ),
    'scenarios/opens-ticket.scenario.yaml': manifest(
      'Scenario',
      'opens-ticket',
      `
task_type: helpdesk
description: Nothing is found, so a ticket is opened
tool_policy:
  tool_choice: auto
  # Required, and not enforced.
  max_tool_calls_per_turn: 0
  max_total_tool_calls: 0
  max_rounds: 5
turns:
  - role: user
    content: The printer on the third floor eats every page. It is urgent!
    assertions:
      - type: tool_call_sequence
        params:
          sequence: [search_articles, open_ticket]
      - type: tool_calls_with_args
        params:
          tool_name: open_ticket
          expected_args:
            priority: high
      - type: contains
        params:
          patterns: [T-77]
conversation_assertions:
  - type: no_tool_errors
  - type: tool_call_count
    params:
      max: 3
`,
    ),
  },
  script: `
opens-ticket:
  turns:
    1:
      tool_calls:
        - name: search_articles
          arguments:
            query: printer eats pages
    2:
      tool_calls:
        - name: open_ticket
          arguments:
            title: Printer on the third floor eats every page
            priority: high
    3: I found no article about this, so I have opened the ticket T-77 with high priority.
`,
};
