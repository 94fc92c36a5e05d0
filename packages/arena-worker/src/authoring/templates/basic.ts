import { manifest, Template } from './Template';

/** A prompt, a conversation, and checks of what is said. */
export const basic: Template = {
  about: 'A conversation of two turns, with checks of what the model says.',
  files: {
    'prompts/assistant.prompt.yaml': manifest(
      'PromptConfig',
      'assistant',
      `
task_type: assistant
version: v1.0.0
description: Answers guests of a hotel
system_template: |
  You answer the guests of the hotel {{hotel}}.
  Be friendly, and answer in at most three sentences.
variables:
  - name: hotel
    required: true
    description: Name of the hotel
validators:
  - type: max_length
    params:
      max_characters: 600
`,
    ),
    'scenarios/breakfast.scenario.yaml': manifest(
      'Scenario',
      'breakfast',
      `
task_type: assistant
description: A guest asks about breakfast
variables:
  hotel: Seaview
turns:
  - role: user
    content: Good morning! When is breakfast?
    assertions:
      - type: contains
        params:
          patterns: ["7", "10"]
        message: Both ends of the breakfast hours are named
  - role: user
    content: Thank you!
    assertions:
      - type: max_length
        params:
          max: 200
conversation_assertions:
  - type: content_excludes
    params:
      patterns: [as an AI]
`,
    ),
  },
  script: `
breakfast:
  turns:
    1: Good morning! Breakfast is served from 7 to 10, in the room with the view of the sea.
    2: You are welcome. Have a lovely day!
`,
};
