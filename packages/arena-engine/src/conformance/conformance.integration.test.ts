import {
  CORPUS_DIRECTORY,
  differences,
  hasCorpus,
  readCorpus,
  runCorpusBundle,
} from './corpus';

const unsupported: string[] = [];

const describeCorpus = hasCorpus() ? describe : describe.skip;

describeCorpus(`conformance corpus in ${CORPUS_DIRECTORY}`, () => {
  const runs = hasCorpus() ? readCorpus() : [];

  it.each(runs.map(run => [run.name, run] as const))(
    '%s',
    async (name, run) => {
      const outcome = await runCorpusBundle(run);
      if (outcome.kind === 'unsupported') {
        console.log(name, outcome.reason);
        return;
      }
      expect(differences(run, outcome)).toEqual([]);
    },
  );
});
