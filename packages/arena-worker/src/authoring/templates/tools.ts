import { manifest, Template } from './Template';

/** A tool, and checks of how it is called. */
export const tools: Template = {
  about: 'A model that looks orders up with a tool before it speaks of them.',
  files: {
    'prompts/shop.prompt.yaml': manifest(
      'PromptConfig',
      'shop',
      `
task_type: shop
version: v1.0.0
description: Answers the customers of a shop
system_template: |
  You answer the customers of a shop.
  Look orders up before you speak of them; never guess a date or a status.
allowed_tools:
  - lookup_order
`,
    ),
    'tools/lookup-order.tool.yaml': manifest(
      'Tool',
      'lookup_order',
      `
description: Looks an order up by its number
mode: mock
input_schema:
  type: object
  properties:
    order_id:
      type: string
      description: Number of the order, for example A-1001
  required: [order_id]
output_schema:
  type: object
  properties:
    status: {type: string}
    delivery: {type: string}
  required: [status]
mock_template: |
  {{ if eq .order_id "A-1001" }}{"status": "shipped", "delivery": "Friday"}{{ else }}{"status": "unknown"}{{ end }}
`,
    ),
    'scenarios/order-status.scenario.yaml': manifest(
      'Scenario',
      'order-status',
      `
task_type: shop
description: A customer asks when an order arrives
turns:
  - role: user
    content: When does my order A-1001 arrive?
    assertions:
      - type: tools_called
        params:
          tool_names: [lookup_order]
          max_calls: 1
      - type: tool_calls_with_args
        params:
          tool_name: lookup_order
          expected_args:
            order_id: A-1001
      - type: contains
        params:
          patterns: [Friday]
conversation_assertions:
  - type: no_tool_errors
`,
    ),
  },
  script: `
order-status:
  turns:
    1:
      tool_calls:
        - name: lookup_order
          arguments:
            order_id: A-1001
    2: Your order A-1001 has been shipped and arrives on Friday.
`,
};
