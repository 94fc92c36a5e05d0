import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description:
      'Evaluate a source every night, sometime between two and three',
    example: stringify({
      steps: [
        {
          id: 'nightly',
          name: 'Evaluate every night',
          action: 'arena:schedule:create',
          input: {
            name: 'support-agent-nightly',
            cron: 'H 2 * * *',
            timezone: 'Europe/Berlin',
            concurrencyPolicy: 'Forbid',
            spec: { sourceRef: { name: 'support-agent' } },
          },
        },
      ],
    }),
  },
];
