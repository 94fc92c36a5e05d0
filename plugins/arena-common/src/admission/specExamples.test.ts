import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { admitText, formatCause } from './index';

// The examples of the published page lie beside a checkout of this repository, where they are at hand at all.
const folder = resolve(__dirname, '../../../../../shared/spec-examples');
const files = existsSync(folder)
  ? readdirSync(folder).filter(name => name.endsWith('.yaml'))
  : [];

const describeExamples = files.length > 0 ? describe : describe.skip;

describeExamples(
  'the examples of the published page (../shared/spec-examples)',
  () => {
    it.each(files.length > 0 ? files : ['none found'])('%s', name => {
      const { documents, problems } = admitText(
        readFileSync(join(folder, name), 'utf8'),
      );
      expect(problems).toEqual([]);
      expect(documents).toHaveLength(1);
      const faults = documents[0].causes.map(formatCause);
      expect(faults).toEqual(
        name.startsWith('rejected-')
          ? [
              'spec.providers[default][0]: Invalid value: "object": exactly one of providerRef or agentRef must be set',
            ]
          : [],
      );
    });
  },
);
