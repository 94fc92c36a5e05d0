import { UnknownKey } from './unknownKeys';
import { YamlFile } from './YamlFile';
import { BundleProblem } from '../Engine';
import { nearMiss } from '../text/suggest';

type Path = Array<string | number>;

/** Collects what is wrong with a file, each fault at its place. */
export class Faults {
  readonly problems: BundleProblem[] = [];

  constructor(private readonly yaml: YamlFile) {}

  add(at: Path, message: string, suggestion?: string): void {
    this.problems.push(this.yaml.problem(at, message, { suggestion }));
  }

  /** Reports a name that is not among the known ones. */
  addMissing(
    at: Path,
    what: string,
    name: string,
    known: readonly string[],
  ): void {
    if (known.includes(name)) return;
    const allowed = known.join(', ') || 'none';
    this.add(
      at,
      name === ''
        ? `Required field is missing: a ${what} is expected, allowed are ${allowed}`
        : `There is no ${what} "${name}": allowed are ${allowed}`,
      nearMiss(name, known),
    );
  }

  addUnknown(keys: readonly UnknownKey[]): void {
    for (const { path, key, known } of keys) {
      this.problems.push(
        this.yaml.problem(
          [...path, key],
          `Unknown field "${key}": allowed are ${known.join(', ')}`,
          { key: true, suggestion: nearMiss(key, known) },
        ),
      );
    }
  }
}
