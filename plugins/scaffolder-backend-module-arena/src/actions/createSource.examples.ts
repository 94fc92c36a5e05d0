import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description:
      'Take the scenarios of a repository that the template has made',
    example: stringify({
      steps: [
        {
          id: 'source',
          name: 'Fetch the scenarios',
          action: 'arena:source:create',
          input: {
            name: 'support-agent',
            spec: {
              type: 'git',
              interval: '5m',
              git: {
                url: '${{ steps.publish.output.remoteUrl }}',
                ref: { branch: 'main' },
              },
            },
          },
        },
      ],
    }),
  },
];
