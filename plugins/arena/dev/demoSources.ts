import { JsonObject } from '@backstage/types';
import {
  condition,
  FakeArenaApi,
  FakeContent,
  object,
} from '../src/__testUtils__';

function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

const ARENA_FILE = `apiVersion: promptkit.altairalabs.ai/v1alpha1
kind: Arena
metadata:
  name: support-agent
spec:
  # The prompt under test.
  prompt_configs:
    - id: support
      file: prompts/support.yaml
  providers:
    - file: providers/gpt-4o.yaml
    - file: providers/claude-sonnet.yaml
  scenarios:
    - file: scenarios/refund-within-policy.yaml
    - file: scenarios/order-status-known.yaml
    - file: scenarios/angry-customer.yaml
  defaults:
    temperature: 0.2
    max_tokens: 500
`;

function scenario(id: string, says: string, expects: string): string {
  return `apiVersion: promptkit.altairalabs.ai/v1alpha1
kind: Scenario
metadata:
  name: ${id}
spec:
  id: ${id}
  task_type: support
  description: ${says}
  turns:
    - role: user
      content: "${says}"
      assertions:
        - type: content_includes
          params:
            patterns: ["${expects}"]
          message: Should mention ${expects}
    - role: user
      content: "Thank you!"
`;
}

const FILES = {
  'config.arena.yaml': ARENA_FILE,
  'README.md':
    '# Support agent\n\nScenarios of the support team, reviewed each quarter.\n',
  'prompts/support.yaml':
    'apiVersion: promptkit.altairalabs.ai/v1alpha1\nkind: PromptConfig\nspec:\n  task_type: support\n  system_template: |\n    You are a helpful agent of {{shop}}.\n    Answer in the language of the customer.\n',
  'providers/gpt-4o.yaml': 'kind: Provider\nspec:\n  id: gpt-4o\n',
  'providers/claude-sonnet.yaml':
    'kind: Provider\nspec:\n  id: claude-sonnet\n',
  'scenarios/refund-within-policy.yaml': scenario(
    'refund-within-policy',
    'I want my money back, I bought it a week ago',
    'refund',
  ),
  'scenarios/order-status-known.yaml': scenario(
    'order-status-known',
    'Where is my order 4711?',
    'on its way',
  ),
  'scenarios/angry-customer.yaml': scenario(
    'angry-customer',
    'This is the third time I write to you!',
    'sorry',
  ),
};

const { 'README.md': _, ...WITHOUT_README } = FILES;
const BEFORE = {
  ...WITHOUT_README,
  'config.arena.yaml': ARENA_FILE.replace(
    '    - file: scenarios/angry-customer.yaml\n',
    '',
  ).replace('temperature: 0.2', 'temperature: 0.7'),
  'scenarios/refund-within-policy.yaml': scenario(
    'refund-within-policy',
    'I want my money back',
    'refund',
  ),
  'scenarios/old-greeting.yaml': scenario('old-greeting', 'Hello', 'help'),
};

function sourceOf(
  name: string,
  options: { spec: JsonObject; status: JsonObject },
) {
  return object('ArenaSource', name, {
    ...options,
    spec: { interval: '5m', timeout: '60s', ...options.spec },
    created: minutesAgo(20_000),
  });
}

/** Sources of each type, with and without trouble. */
export function addSources(api: FakeArenaApi): void {
  const content = new FakeContent({
    revisions: [
      {
        files: FILES,
        revision: 'main@sha1:4f1c02d9a7be',
        fetchedAt: minutesAgo(48),
        size: 18_240,
        runs: { total: 12, open: 1 },
      },
      {
        files: BEFORE,
        revision: 'main@sha1:b7de55a0c1f2',
        fetchedAt: minutesAgo(1_500),
        size: 17_912,
        runs: { total: 41, open: 0 },
      },
    ],
    problems: [
      {
        severity: 'error',
        file: 'scenarios/angry-customer.yaml',
        line: 12,
        column: 17,
        field: 'spec.turns[0].assertions[0].type',
        message: 'there is no check content_includ',
        suggestion: 'content_includes',
      },
      {
        severity: 'warning',
        file: 'prompts/support.yaml',
        line: 6,
        column: 31,
        message: 'the variable shop has no value and no default',
      },
    ],
  });
  api.contents['support-bundles'] = content;
  api.contents.uploaded = new FakeContent({
    revisions: [{ files: FILES, fetchedAt: minutesAgo(3) }],
  });
  const [{ revision, digest, version, size }] = content.revisions;
  const artifact = { revision, digest, version, size };
  api.objects.push(
    sourceOf('support-bundles', {
      spec: {
        type: 'git',
        git: {
          url: 'https://git.example.com/quality/bundles.git',
          ref: { branch: 'main' },
          path: 'support',
          secretRef: { name: 'git-token' },
        },
      },
      status: {
        phase: 'Ready',
        artifact,
        lastFetchTime: minutesAgo(2),
        nextFetchTime: minutesAgo(-3),
        conditions: [
          condition(
            'Ready',
            'True',
            'Ready',
            `Revision ${revision} is in place`,
          ),
          condition('Fetching', 'False', 'FetchComplete', 'No new content'),
          condition(
            'ArtifactAvailable',
            'True',
            'ArtifactStored',
            `Content of revision ${revision} is stored`,
          ),
        ],
      },
    }),
    sourceOf('uploaded', {
      spec: { type: 'workspace', workspace: { path: 'default/uploaded' } },
      status: {
        phase: 'Ready',
        artifact,
        lastFetchTime: minutesAgo(3),
        conditions: [
          condition('Ready', 'True', 'Ready', 'The content is here'),
        ],
      },
    }),
    sourceOf('release-bundles', {
      spec: {
        type: 'oci',
        oci: { url: 'oci://registry.example.com/quality/bundles:v3' },
      },
      status: {
        phase: 'Error',
        lastFetchTime: minutesAgo(1),
        nextFetchTime: minutesAgo(-4),
        conditions: [
          condition(
            'Ready',
            'False',
            'AuthenticationFailed',
            'registry.example.com answers 401 for quality/bundles:v3: authentication required',
          ),
          condition(
            'Fetching',
            'False',
            'FetchFailed',
            'registry.example.com answers 401 for quality/bundles:v3: authentication required',
          ),
          condition(
            'ArtifactAvailable',
            'False',
            'NoArtifact',
            'Nothing has been fetched yet',
          ),
        ],
      },
    }),
  );
}
