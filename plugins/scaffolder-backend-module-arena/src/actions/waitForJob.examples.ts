import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Wait for the job of another step, an hour at most',
    example: stringify({
      steps: [
        {
          id: 'wait',
          name: 'Wait for the verdict',
          action: 'arena:job:wait',
          input: {
            jobRef: '${{ steps.create.output.jobRef }}',
            timeoutMinutes: 60,
          },
        },
      ],
    }),
  },
  {
    description: 'Go on whatever the job has come to',
    example: stringify({
      steps: [
        {
          id: 'wait',
          name: 'Wait for the end',
          action: 'arena:job:wait',
          input: {
            jobRef: 'embedded/default/support-agent',
            failOnUnsuccessful: false,
          },
        },
      ],
    }),
  },
];
