import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { COMPATIBLE, STRICT } from '../quirks/quirks';
import { seededRandom } from '../util/seededRandom';
import { call, checkInput, scriptedJudge } from './__testUtils__/checkInput';
import { CheckDefinition, CheckInput } from './Check';
import { compileCheck, judge } from './CompiledCheck';
import { CHECK_FAMILIES } from './registry';
import { validateCheck } from './validateCheck';

const DEFINITIONS = CHECK_FAMILIES.flatMap(({ checks }) => checks);
const ROUNDS = 150;

/** Values of every type, right and wrong ones. */
const VALUES: unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -3,
  0.5,
  NaN,
  1e300,
  '',
  'a',
  'both',
  '(',
  '{"a": [1]}',
  '__proto__',
  'é\u0000\ud800',
  '10s',
  [],
  ['a'],
  ['a', 1, null],
  [{}],
  [{ tool: 'a', sequence: ['a'], state: 'a', allowed: 'a' }],
  {},
  { a: 'a' },
  { a: ['a', '('] },
  { type: 'object' },
];

const INPUTS: CheckInput[] = [
  checkInput(),
  checkInput({
    messages: [
      { role: 'user', content: 'a', turn: 0 },
      {
        role: 'assistant',
        content: '{"a": [1]}',
        turn: 0,
        parts: [
          { type: 'image', mimeType: '', data: 'AAAA' },
          { type: 'audio', mimeType: 'a', data: '?' },
          { type: 'video', mimeType: '', url: 'https://example.com/a' },
        ],
        state: { state: 'a', terminal: true },
      },
    ],
    output: '{"a": [1]}',
    latencyMs: 3,
    toolCalls: [
      call('a', { a: 'a' }, { result: '{"a": null}', parts: [] }),
      call('skill__activate', { name: 'a' }),
      call('skill__activate', { name: 7 }, { error: 'bad' }),
    ],
    firings: [{ type: 'a', direction: 'input', message: '' }],
    workflow: {
      initial: 'a',
      current: 'a',
      complete: false,
      transitions: [{ from: 'a', to: 'a', event: 'E', at: 0 }],
    },
    composition: {
      steps: new Map([['a', undefined]]),
      branches: new Map(),
      parallels: new Map([['a', { finished: [], all: ['a'] }]]),
    },
    classify: async () => [{ label: 'a', score: 1 }],
    ...scriptedJudge('{"score": 0.5}'),
  }),
];

function faultsOf(
  { score = 0, passed, explanation }: CheckResult,
  wrong: boolean,
): string[] {
  return [
    ...(explanation === '' ? ['does not say why'] : []),
    ...(score >= 0 && score <= 1 ? [] : [`has the score ${score}`]),
    ...(wrong && passed ? ['passes with wrong parameters'] : []),
  ];
}

function namesOf({ example, params }: CheckDefinition): string[] {
  const shape = 'shape' in params ? Object.keys(Object(params.shape)) : [];
  return [...new Set([...Object.keys(example), ...shape, 'min_score', 'x'])];
}

describe('whatever its parameters', () => {
  it.each(DEFINITIONS.map(check => [check.type, check] as const))(
    '%s gives a verdict with a reason',
    async (type, definition) => {
      const random = seededRandom(type.length * 7919);
      const pick = <T>(list: readonly T[]): T =>
        list[Math.floor(random() * list.length)];
      const names = namesOf(definition);
      for (let round = 0; round < ROUNDS; round++) {
        const params = Object.fromEntries(
          names.flatMap(name =>
            random() < 0.5 ? [[name, pick(VALUES)] as const] : [],
          ),
        );
        const spec = { type, params };
        for (const quirks of [COMPATIBLE, STRICT]) {
          const check = compileCheck(spec, { quirks });
          const result = await judge(check, 'turn', pick(INPUTS));
          const wrong = quirks === STRICT && validateCheck(spec).length > 0;
          expect({ params, faults: faultsOf(result, wrong) }).toEqual({
            params,
            faults: [],
          });
        }
      }
    },
  );
});
