import {
  CORPUS_DIRECTORY,
  differences,
  hasCorpus,
  readCorpus,
  runCorpusBundle,
} from '../__testUtils__/corpus';

/**
 * Bundles that need features which the engine refuses by name. Every other one must give exactly the expected verdicts,
 * and one of these that begins to run must be taken off the list.
 */
const UNSUPPORTED = new Set([
  'bundles/a2a',
  'bundles/compositions',
  'bundles/context-window',
  'bundles/judges',
  'bundles/judges-missing',
  'bundles/judges-no-score',
  'bundles/judges-unparsable',
  'bundles/memory',
  'bundles/saved-conversations',
  'bundles/self-play',
  'bundles/skills',
  'bundles/workflow',
  'bundles/workflow-budget',
  'bundles/workflow-limits',
  'examples/llm-judge',
  'examples/multi-agent-demo',
  'examples/assertions-test',
  'examples/variables-demo',
  'examples/workflow-support',
]);

const describeCorpus = hasCorpus() ? describe : describe.skip;

describeCorpus(`conformance corpus in ${CORPUS_DIRECTORY}`, () => {
  const runs = hasCorpus() ? readCorpus() : [];
  const supported = runs.filter(({ name }) => !UNSUPPORTED.has(name));

  it('is the corpus that is known', () => {
    expect(runs.length).toBeGreaterThanOrEqual(53);
    const names = new Set(runs.map(({ name }) => name));
    expect([...UNSUPPORTED].filter(name => !names.has(name))).toEqual([]);
  });

  it.each(supported.map(run => [run.name, run] as const))(
    '%s gives the expected verdicts',
    async (_, run) => {
      expect(differences(run, await runCorpusBundle(run))).toEqual([]);
    },
  );

  it.each(
    runs
      .filter(({ name }) => UNSUPPORTED.has(name))
      .map(run => [run.name, run] as const),
  )('%s is refused by the name of the feature', async (_, run) => {
    expect(await runCorpusBundle(run)).toMatchObject({
      kind: 'unsupported',
      reason: expect.stringMatching(/\(.*\.yaml\)/),
    });
  });
});
