import { parse } from 'yaml';
import { editJob, newJobText, parseJob } from './jobDocument';

const TEXT = `# Owned by the support team.
apiVersion: omnia.altairalabs.ai/v1alpha1
kind: ArenaJob
metadata:
  name: nightly # do not rename
spec:
  sourceRef:
    name: support-agent
  providers:
    default:
      # The one in production.
      - providerRef:
          name: gpt4
      - agentRef:
          name: my-agent
      - id: second
        providerRef:
          name: shared
          namespace: shared-providers
    judge:
      - providerRef:
          name: opus
`;

describe('newJobText', () => {
  it('begins with what is known', () => {
    const text = newJobText({
      namespace: 'team-a',
      source: 'bundle',
      component: 'component:default/shop',
    });
    expect(parseJob(text).problems).toEqual([]);
    expect(parse(text)).toMatchObject({
      kind: 'ArenaJob',
      metadata: {
        namespace: 'team-a',
        annotations: {
          'arena.backstage.io/component': 'component:default/shop',
        },
      },
      spec: { sourceRef: { name: 'bundle' }, type: 'evaluation' },
    });
  });
});

describe('parseJob', () => {
  it('reads the fields of the form', () => {
    expect(parseJob(TEXT).form).toMatchObject({
      name: 'nightly',
      namespace: '',
      source: 'support-agent',
      type: 'evaluation',
      providers: ['gpt4', 'shared-providers/shared'],
      trials: undefined,
    });
  });

  it.each([
    '',
    'nonsense',
    '- a',
    'spec: 5',
    'spec:\n  providers: {default: 1}',
    'metadata: [1]',
  ])('survives %j', text => {
    expect(() => parseJob(text)).not.toThrow();
  });

  it('names the place of a syntax error', () => {
    const text = 'kind: ArenaJob\nspec:\n  a: [1\n';
    const [problem] = parseJob(text).problems;
    expect(text.slice(0, problem.from).split('\n').length).toBeGreaterThan(2);
  });
});

describe('editJob', () => {
  it('keeps comments and everything that the form does not know', () => {
    const edited = editJob(TEXT, {
      name: 'weekly',
      trials: 3,
      workers: 5,
      include: ['a-*', 'b'],
      formats: ['json'],
    });
    expect(edited).toContain('# Owned by the support team.');
    expect(edited).toContain('# do not rename');
    expect(edited).toContain('# The one in production.');
    expect(parse(edited)).toMatchObject({
      metadata: { name: 'weekly' },
      spec: {
        trials: 3,
        workers: { replicas: 5 },
        scenarios: { include: ['a-*', 'b'] },
        evaluation: { outputFormats: ['json'] },
        providers: { judge: [{ providerRef: { name: 'opus' } }] },
      },
    });
  });

  it('leaves nothing empty behind', () => {
    const edited = editJob(
      editJob(TEXT, {
        trials: 3,
        workers: 2,
        include: ['x'],
        formats: ['csv'],
      }),
      { trials: undefined, workers: undefined, include: [], formats: [] },
    );
    expect(parse(edited)).toEqual(parse(TEXT));
  });

  it('adds and removes providers, and no agent with them', () => {
    const edited = editJob(TEXT, {
      providers: ['shared-providers/shared', 'claude'],
    });
    expect(parse(edited).spec.providers).toEqual({
      default: [
        { agentRef: { name: 'my-agent' } },
        {
          id: 'second',
          providerRef: { name: 'shared', namespace: 'shared-providers' },
        },
        { providerRef: { name: 'claude' } },
      ],
      judge: [{ providerRef: { name: 'opus' } }],
    });
  });

  it('removes the group with its last provider', () => {
    const text = editJob(newJobText({}), { providers: ['a'] });
    expect(parse(text).spec.providers).toEqual({
      default: [{ providerRef: { name: 'a' } }],
    });
    expect(parse(editJob(text, { providers: [] })).spec).not.toHaveProperty(
      'providers',
    );
  });

  it('does not touch a text with syntax errors', () => {
    const broken = 'spec: [1\n';
    expect(editJob(broken, { name: 'x' })).toBe(broken);
  });

  it('makes a load test of an evaluation and back, each with its own settings', () => {
    const evaluation = editJob(newJobText({}), { formats: ['json'] });
    const load = editJob(evaluation, { type: 'loadtest' });
    expect(load).not.toContain('outputFormats');
    expect(parseJob(load).form).toMatchObject({
      type: 'loadtest',
      targetRPS: 10,
      rampUp: '30s',
      duration: '5m',
    });
    const again = editJob(load, { type: 'evaluation' });
    expect(again).not.toContain('loadTest');
  });

  it('makes data generation of it, which has no trials', () => {
    const evaluation = editJob(newJobText({}), { trials: 3 });
    const data = editJob(evaluation, { type: 'datagen' });
    expect(parse(data).spec).toMatchObject({
      type: 'datagen',
      dataGen: { count: 100, format: 'jsonl' },
    });
    expect(parse(data).spec).not.toHaveProperty('trials');
    const edited = editJob(data, {
      count: 5_000,
      format: 'csv',
      nearDuplicateThreshold: 0.8,
      seed: undefined,
    });
    expect(parseJob(edited).form).toMatchObject({
      count: 5_000,
      format: 'csv',
      nearDuplicateThreshold: 0.8,
      seed: undefined,
    });
    expect(editJob(edited, { type: 'evaluation' })).not.toContain('dataGen');
  });

  it('edits the limits of a load test and leaves other thresholds alone', () => {
    const load = editJob(newJobText({}), { type: 'loadtest' });
    const text = `${load}    thresholds:
      # What the team has promised.
      - metric: goodput
        operator: '>='
        value: '9'
      - metric: error_rate # Of all that ended.
        operator: <
        value: '0.05' # Agreed in May.
        abortOnFail: true
`;
    expect(parseJob(text).form.errorLimit).toBe('0.05');
    const edited = editJob(text, { errorLimit: '0.01', latencyLimit: '2s' });
    expect(parse(edited).spec.loadTest.thresholds).toEqual([
      { metric: 'goodput', operator: '>=', value: '9' },
      {
        metric: 'error_rate',
        operator: '<',
        value: '0.01',
        abortOnFail: true,
      },
      { metric: 'latency_p95', operator: '<', value: '2s' },
    ]);
    expect(edited).toContain('# What the team has promised.');
    expect(edited).toContain('# Of all that ended.');
    expect(edited).toContain("value: '0.01' # Agreed in May.");
    const removed = editJob(edited, { errorLimit: '', latencyLimit: '' });
    expect(parse(removed).spec.loadTest.thresholds).toHaveLength(1);
    expect(removed).toContain('# What the team has promised.');
  });
});
