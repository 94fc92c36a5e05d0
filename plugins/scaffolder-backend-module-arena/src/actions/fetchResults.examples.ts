import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Put the results of a job into the workspace',
    example: stringify({
      steps: [
        {
          id: 'results',
          name: 'Fetch the results',
          action: 'arena:results:fetch',
          input: {
            jobRef: '${{ steps.evaluate.output.jobRef }}',
            files: ['results.json'],
            targetPath: 'results',
          },
        },
      ],
    }),
  },
];
