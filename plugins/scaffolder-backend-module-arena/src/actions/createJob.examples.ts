import { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Evaluate the prompts of a source',
    example: stringify({
      steps: [
        {
          id: 'evaluate',
          name: 'Evaluate',
          action: 'arena:job:create',
          input: {
            generateName: 'support-agent-',
            spec: { sourceRef: { name: 'support-agent' } },
          },
        },
      ],
    }),
  },
  {
    description:
      'Evaluate some scenarios of a source on four workers of a Kubernetes cluster, for a component and its owner',
    example: stringify({
      steps: [
        {
          id: 'evaluate',
          name: 'Evaluate',
          action: 'arena:job:create',
          input: {
            cluster: 'production',
            namespace: 'team-care',
            name: 'support-agent-critical',
            labels: { tier: 'gold' },
            component: 'component:default/support-agent',
            owner: 'group:default/conversational-ai',
            spec: {
              sourceRef: { name: 'support-agent' },
              scenarios: { include: ['scenarios/critical-*.yaml'] },
              workers: { replicas: 4 },
            },
          },
        },
      ],
    }),
  },
];
