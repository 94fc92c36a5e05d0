import { realpath, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod/v4';
import { BundleProblem } from '../Engine';
import { validateManifest } from './validateManifest';
import { YamlFile } from './YamlFile';

/** Largest file of a bundle that is read. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Reads files of a bundle and collects what is wrong with them. */
export class BundleReader {
  readonly problems: BundleProblem[] = [];
  readonly warnings: BundleProblem[] = [];

  private constructor(
    readonly directory: string,
    private readonly realDirectory: string,
  ) {}

  static async open(directory: string): Promise<BundleReader> {
    const absolute = path.resolve(directory);
    return new BundleReader(absolute, await realpath(absolute));
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
    const report = (message: string) =>
      this.problems.push(
        reference
          ? reference.from.problem(reference.path, message)
          : { severity: 'error', file, message },
      );
    let text: string;
    try {
      text = await this.readText(file);
    } catch (error) {
      report(error instanceof Error ? error.message : String(error));
      return undefined;
    }
    const yaml = new YamlFile(file, text);
    const { value, problems } = validateManifest(yaml, schema);
    this.problems.push(...problems);
    return value === undefined ? undefined : { file, yaml, value };
  }

  private async readText(file: string): Promise<string> {
    const absolute = path.resolve(this.directory, file);
    let real: string;
    try {
      real = await realpath(absolute);
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) {
        throw new Error(`File "${file}" does not exist in the bundle`);
      }
      throw error;
    }
    // A bundle comes from a repository that others write to: links must not lead out of it.
    const inside = path.relative(this.realDirectory, real);
    if (inside.startsWith('..') || path.isAbsolute(inside)) {
      throw new Error(`File "${file}" lies outside of the bundle`);
    }
    const content = await readFile(real);
    if (content.length > MAX_FILE_BYTES) {
      throw new Error(
        `File "${file}" has ${content.length} bytes: allowed are at most ${MAX_FILE_BYTES}`,
      );
    }
    return content.toString('utf8').replace(/^\uFEFF/, '');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return Reflect.get(Object(error), 'code') === code;
}
