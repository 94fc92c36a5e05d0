import { existsSync } from 'node:fs';
import { runCorpusBundle } from '../__testUtils__/runCorpusBundle';
import {
  differences,
  ORIGINAL_CORPUS,
  OWN_CORPUS,
  readCorpus,
} from '../__testUtils__/corpus';

describe('bundles of our own', () => {
  it.each(readCorpus(OWN_CORPUS).map(run => [run.name, run] as const))(
    '%s gives the expected verdicts',
    async (_, run) => {
      expect(differences(run, await runCorpusBundle(run))).toEqual([]);
    },
  );
});

const describeOriginal = existsSync(ORIGINAL_CORPUS) ? describe : describe.skip;

describeOriginal(`the original's verdicts in ${ORIGINAL_CORPUS}`, () => {
  const runs = readCorpus(ORIGINAL_CORPUS);

  it('is the corpus that is known', () => {
    expect(runs.length).toBeGreaterThanOrEqual(53);
  });

  it.each(runs.map(run => [run.name, run] as const))(
    '%s gives the expected verdicts',
    async (_, run) => {
      expect(differences(run, await runCorpusBundle(run))).toEqual([]);
    },
  );
});
