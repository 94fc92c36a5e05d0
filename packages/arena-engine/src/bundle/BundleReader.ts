import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod/v4';
import { BundleProblem, LoadBundleOptions } from '../Engine';
import { isInside } from '../util/confinedFile';
import { readText } from './readText';
import { validateManifest } from './validateManifest';
import { YamlFile } from './YamlFile';

class MissingFile extends Error {}

/** Reads files of a bundle and collects what is wrong with them. */
export class BundleReader {
  /** Keep the bundle from being used. */
  readonly problems: BundleProblem[] = [];
  /** The original engine overlooks these. */
  readonly tolerable: BundleProblem[] = [];
  /** What was read, by path within the bundle. */
  readonly files = new Map<string, YamlFile>();

  private constructor(
    readonly directory: string,
    /** No file outside of it is read; absent: any may be. */
    private readonly confines?: string,
  ) {}

  static async open(
    directory: string,
    { localFiles }: Pick<LoadBundleOptions, 'localFiles'> = {},
  ): Promise<BundleReader> {
    const absolute = path.resolve(directory);
    const real = await realpath(absolute);
    return new BundleReader(absolute, localFiles ? undefined : real);
  }

  /**
   * Reads and checks one file.
   *
   * @param reference - where the file is named, to point at when it is missing
   */
  async read<S extends z.ZodType>(
    file: string,
    schema: S,
    reference?: { from: YamlFile; path: Array<string | number> },
  ): Promise<{ file: string; yaml: YamlFile; value: z.output<S> } | undefined> {
    const report = (list: BundleProblem[], message: string) =>
      list.push(
        reference
          ? reference.from.problem(reference.path, message)
          : { severity: 'error', file, message },
      );
    let yaml: YamlFile;
    try {
      yaml = await this.readYaml(file);
    } catch (error) {
      report(
        error instanceof MissingFile ? this.tolerable : this.problems,
        error instanceof Error ? error.message : String(error),
      );
      return undefined;
    }
    const { value, problems } = validateManifest(yaml, schema);
    this.problems.push(...problems);
    return value === undefined ? undefined : { file, yaml, value };
  }

  /** @throws Error when there is no such file, or it is none that can be read. */
  async readYaml(file: string): Promise<YamlFile> {
    const yaml = new YamlFile(file, this.readText(file));
    this.files.set(file, yaml);
    return yaml;
  }

  private readText(file: string): string {
    const absolute = path.resolve(this.directory, file);
    let real: string;
    try {
      real = realpathSync.native(absolute);
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) {
        throw new MissingFile(`File "${file}" does not exist in the bundle`);
      }
      throw error;
    }
    // A bundle comes from a repository that others write to: links must not lead out of it.
    if (this.confines !== undefined && !isInside(this.confines, real)) {
      throw new Error(`File "${file}" lies outside of the bundle`);
    }
    return readText(file, real);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return Reflect.get(Object(error), 'code') === code;
}
