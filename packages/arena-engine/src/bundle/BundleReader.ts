import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod/v4';
import { BundleProblem } from '../Engine';
import { validateManifest } from './validateManifest';
import { YamlFile } from './YamlFile';

/** Largest file of a bundle that is read. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

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
    const yaml = new YamlFile(file, await this.readText(file));
    this.files.set(file, yaml);
    return yaml;
  }

  private async readText(file: string): Promise<string> {
    const absolute = path.resolve(this.directory, file);
    let real: string;
    try {
      real = await realpath(absolute);
    } catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) {
        throw new MissingFile(`File "${file}" does not exist in the bundle`);
      }
      throw error;
    }
    // A bundle comes from a repository that others write to: links must not lead out of it.
    const inside = path.relative(this.realDirectory, real);
    if (inside.startsWith('..') || path.isAbsolute(inside)) {
      throw new Error(`File "${file}" lies outside of the bundle`);
    }
    return decode(file, await readLimited(file, real));
  }
}

/** Looks before it reads: what is named like a file may be a pipe, or endless. */
async function readLimited(file: string, real: string): Promise<Buffer> {
  // Opening a pipe would wait for a writer.
  const info = await stat(real);
  if (!info.isFile()) {
    throw new Error(`"${file}" is not a file`);
  }
  if (info.size > MAX_FILE_BYTES) {
    throw new Error(
      `File "${file}" has ${info.size} bytes: allowed are at most ${MAX_FILE_BYTES}`,
    );
  }
  return readFile(real);
}

function decode(file: string, content: Buffer): string {
  try {
    // Drops a byte order mark, too.
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new Error(`File "${file}" is not UTF-8 text`);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return Reflect.get(Object(error), 'code') === code;
}
