import { BundleProblem } from '../../Engine';
import { BundleContent } from '../BundleContent';
import { printPath } from '../YamlFile';

export type Path = ReadonlyArray<string | number>;

/** Where something of a bundle stands. */
export interface Place {
  /** Path within the bundle. */
  file: string;
  path: Path;
}

interface LintDetails {
  suggestion?: string;
  /** Point at the key instead of at the value. */
  key?: boolean;
}

/** Collects what rules find, each at its place. */
export class LintReport {
  readonly problems: BundleProblem[] = [];

  constructor(private readonly files: BundleContent['files']) {}

  /** What cannot work as it is written. */
  error(place: Place, message: string, details?: LintDetails): void {
    this.add('error', place, message, details);
  }

  /** What works otherwise than it reads, or not at all. */
  warn(place: Place, message: string, details?: LintDetails): void {
    this.add('warning', place, message, details);
  }

  private add(
    severity: BundleProblem['severity'],
    { file, path }: Place,
    message: string,
    details: LintDetails = {},
  ): void {
    const source = this.files.get(file);
    this.problems.push(
      source
        ? source.problem(path, message, { severity, ...details })
        : {
            severity,
            file,
            ...(path.length > 0 ? { field: printPath(path) } : {}),
            message,
            ...(details.suggestion ? { suggestion: details.suggestion } : {}),
          },
    );
  }
}

/** Looks at a bundle and reports what it finds. */
export type LintRule = (content: BundleContent, report: LintReport) => void;

/** A place inside of another. */
export function below({ file, path }: Place, ...more: Path): Place {
  return { file, path: [...path, ...more] };
}
