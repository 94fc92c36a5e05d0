import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Go on only if a prompt passes its scenarios',
    example: stringify({
      steps: [
        {
          id: 'evaluate',
          name: 'Evaluate',
          action: 'arena:job:run',
          input: {
            generateName: 'support-agent-',
            timeoutMinutes: 20,
            spec: { sourceRef: { name: 'support-agent' } },
          },
        },
      ],
    }),
  },
];
