import { manifest, Template } from './Template';

/** Answers from given texts, and a judge that compares them. */
export const rag: Template = {
  about:
    'Answers that must come from given texts. A judge compares them; it is scripted here, and should be a real model in earnest.',
  judged: true,
  files: {
    'prompts/answers.prompt.yaml': manifest(
      'PromptConfig',
      'answers',
      `
task_type: answers
version: v1.0.0
description: Answers from the handbook
system_template: |
  Answer only from this text, and say so when it does not have the answer:

  {{passage}}
variables:
  - name: passage
    required: true
    description: What was found in the handbook
`,
    ),
    'scenarios/grounded-answer.scenario.yaml': manifest(
      'Scenario',
      'grounded-answer',
      `
task_type: answers
description: The answer comes from the handbook
variables:
  passage: Employees may work from home on up to three days a week.
turns:
  - role: user
    content: On how many days may I work from home?
    assertions:
      - type: contains
        params:
          patterns: [three]
      - type: faithfulness
        params:
          contexts:
            - Employees may work from home on up to three days a week.
          min_score: 0.8
      - type: answer_relevancy
        params:
          min_score: 0.8
`,
    ),
  },
  script: `
grounded-answer:
  turns:
    1: You may work from home on up to three days a week.
`,
};
