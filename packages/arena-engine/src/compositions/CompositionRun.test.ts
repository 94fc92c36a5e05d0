import { compositionSchema } from '../bundle/schemas/composition';
import { Composition } from './Composition';
import { CompositionFault } from './CompositionFault';
import { CompositionRun, RunLeaf } from './CompositionRun';

type Steps = Array<Record<string, unknown>>;

function run(
  steps: Steps,
  options: { leaf?: RunLeaf; input?: unknown; output?: string } = {},
) {
  const spec = compositionSchema.parse({ steps, output: options.output });
  return new CompositionRun({
    composition: new Composition('test', spec, new Map()),
    input: options.input ?? 'text',
    runLeaf: options.leaf ?? (async ({ id }) => id.toUpperCase()),
    mayRetry: error => error instanceof CompositionFault,
  }).run();
}

const leaf = (id: string, more = {}) => ({ id, kind: 'prompt', ...more });
const branch = (then: string, more = {}) => ({
  id: 'choose',
  kind: 'branch',
  predicate: { path: '${input}', op: 'equals', value: 'text' },
  then,
  ...more,
});
const pair = (reduce?: Record<string, unknown>) => ({
  id: 'pair',
  kind: 'parallel',
  branches: [leaf('left'), leaf('right')],
  ...(reduce ? { reduce } : {}),
});

describe('CompositionRun', () => {
  it('runs steps in their order; the last one that ran has the output', async () => {
    const order: string[] = [];
    const view = await run([leaf('b'), leaf('a')], {
      leaf: async ({ id }) => order.push(id),
    });
    expect(order).toEqual(['b', 'a']);
    expect(view.output).toBe(2);
  });

  it('skips the step that a branch did not take, and what depends on skipped steps alone', async () => {
    const view = await run([
      branch('yes', { else: 'no' }),
      leaf('yes'),
      leaf('no'),
      leaf('after-no', { depends_on: ['no'] }),
      leaf('after-after', { depends_on: ['after-no'] }),
      leaf('after-both', { depends_on: ['yes', 'no'] }),
    ]);
    expect([...view.steps.keys()]).toEqual(['yes', 'after-both']);
    expect([...view.branches]).toEqual([['choose', 'yes']]);
  });

  it('takes no branch where there is no else', async () => {
    const view = await run([branch('yes'), leaf('yes'), leaf('rest')], {
      input: 'other',
    });
    expect([...view.steps.keys()]).toEqual(['rest']);
    expect(view.branches.size).toBe(0);
  });

  it.each([
    [undefined, { left: 'LEFT', right: 'RIGHT' }],
    [
      { strategy: 'barrier', into: 'all' },
      { all: { left: 'LEFT', right: 'RIGHT' } },
    ],
    [{ strategy: 'append', into: 'all' }, { all: ['LEFT', 'RIGHT'] }],
    [{ strategy: 'append' }, ['LEFT', 'RIGHT']],
    [{ strategy: 'replace', into: 'one' }, { one: 'RIGHT' }],
  ])('reduces branches by %j', async (reduce, expected) => {
    const view = await run([pair(reduce)]);
    expect(view.output).toEqual(expected);
    expect(view.steps.get('left')).toBe('LEFT');
    expect(view.parallels.get('pair')).toEqual({
      finished: ['left', 'right'],
      all: ['left', 'right'],
    });
  });

  it('runs branches at the same time', async () => {
    let release = () => {};
    const started = new Promise<void>(resolve => {
      release = resolve;
    });
    // The left branch ends only once the right one has begun.
    const view = await run([pair({ strategy: 'append' })], {
      leaf: async ({ id }) => {
        if (id === 'right') release();
        await started;
        return id;
      },
    });
    expect(view.output).toEqual(['left', 'right']);
  });

  it('tries a step again as often as it says', async () => {
    let calls = 0;
    const retry = { modifiers: { retry: { max_attempts: 3 } } };
    const flaky: RunLeaf = async () => {
      calls += 1;
      if (calls < 3) throw new CompositionFault('not yet');
      return calls;
    };
    expect((await run([leaf('a', retry)], { leaf: flaky })).output).toBe(3);
    calls = -1;
    await expect(run([leaf('a', retry)], { leaf: flaky })).rejects.toThrow(
      'composition "test", step "a": not yet',
    );
    expect(calls).toBe(2);
  });

  it('does not try again what no attempt can mend', async () => {
    let calls = 0;
    const retry = { modifiers: { retry: { max_attempts: 3 } } };
    await expect(
      run([leaf('a', retry)], {
        leaf: async () => {
          calls += 1;
          throw new Error('stopped');
        },
      }),
    ).rejects.toThrow(/^stopped$/);
    expect(calls).toBe(1);
  });

  it('names the innermost step that failed', async () => {
    await expect(
      run([pair()], {
        leaf: async ({ id }) => {
          if (id === 'right') throw new CompositionFault('no wool');
          return id;
        },
      }),
    ).rejects.toThrow(/^composition "test", step "right": no wool$/);
  });

  it('takes its output from the step that it names', async () => {
    const steps = [leaf('a'), leaf('b')];
    expect((await run(steps, { output: 'a' })).output).toBe('A');
    await expect(run(steps, { output: 'c' })).rejects.toThrow(
      'composition "test": step "c" has no output',
    );
    await expect(run([])).rejects.toThrow('no step has an output');
  });
});
