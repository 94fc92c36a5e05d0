import fc from 'fast-check';
import {
  agent,
  composition,
  evaluation,
  packEval,
  persona,
  prompt,
  skill,
  tool,
  workflow,
} from './agentParts';
import { assertions } from './checks';
import { damaged } from './damage';
import { mockFile, scenario } from './scenarios';
import {
  fields,
  forAllKeys,
  FreeMap,
  list,
  mapOf,
  mostly,
  text,
  value,
} from './values';

/** Files of a bundle: content by path. What is no text is written as YAML. */
export type BundleFiles = Record<string, unknown>;

const mockProvider = (file: string) => ({
  type: 'mock',
  model: 'm',
  capabilities: ['text', 'tools'],
  additional_config: { mock_config: file },
});

const prompts: fc.Arbitrary<FreeMap> = forAllKeys(prompt).map(all =>
  Object.fromEntries(
    Object.entries(all).map(([name, spec]) => [
      name,
      { task_type: name, ...spec },
    ]),
  ),
);

const arenaSpec: fc.Arbitrary<FreeMap> = fields(
  {
    providers: fc.constant([]),
    provider_specs: fc.constant({
      mock: mockProvider('mock.yaml'),
      judge: { ...mockProvider('judge.yaml'), role: 'inference' },
    }),
    defaults: fields(
      {},
      {
        temperature: fc.constantFrom(0, 1),
        concurrency: fc.constantFrom(1, 4),
      },
    ),
    prompt_specs: prompts,
    scenario_specs: mostly(mapOf(scenario, 4), fc.constant(undefined)),
    self_play: fields({
      roles: fc.constant([{ id: 'player', provider: 'judge' }]),
      persona_specs: forAllKeys(persona),
    }),
    tool_specs: forAllKeys(tool),
    compositions: forAllKeys(composition),
  },
  {
    workflow,
    judges: fc.constantFrom([{ name: 'j', provider: 'judge' }], []),
    skills: fc.uniqueArray(skill, {
      maxLength: 2,
      selector: source => source.name,
    }),
    memory: fc.constantFrom<unknown>({}, null, true),
    a2a_agents: list(agent),
    pack_evals: list(packEval),
    eval_specs: mapOf(evaluation),
    globals: fields({ conversation_assertions: assertions }),
  },
);

const saved: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant({
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'It is 42.' },
    ],
  }),
  value,
);

const judgements: fc.Arbitrary<FreeMap> = fields({
  defaultResponse: fc.constantFrom(
    '{"score": 1, "passed": true, "reasoning": "fine"}',
    '{"score": 0}',
    '{"score": "x", "passed": 7}',
    'What do I know.',
    '',
  ),
});

const whole: fc.Arbitrary<BundleFiles> = fc
  .record({
    spec: arenaSpec,
    mock: mockFile,
    judge: judgements,
    recording: saved,
    skillText: text,
  })
  .map(({ spec, mock, judge, recording, skillText }) => ({
    'config.arena.yaml': {
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Arena',
      metadata: { name: 'fuzzed' },
      spec,
    },
    'mock.yaml': mock,
    'judge.yaml': judge,
    'saved.json': JSON.stringify(recording),
    'skills/a/SKILL.md': `---\nname: a\ndescription: b\n---\n${skillText}`,
    'a.json': '{"type": "object"}',
  }));

const garbage: fc.Arbitrary<BundleFiles> = fc
  .record({
    arena: fc.oneof(text, fc.string({ unit: 'binary' }), value),
    mock: fc.oneof(text, value),
  })
  .map(({ arena, mock }) => ({
    'config.arena.yaml': arena,
    'mock.yaml': mock,
  }));

/** Bundles from sound to senseless. */
export const bundleFiles: fc.Arbitrary<BundleFiles> = fc.oneof(
  { weight: 12, arbitrary: whole },
  { weight: 6, arbitrary: damaged(whole) },
  { weight: 1, arbitrary: garbage },
);
