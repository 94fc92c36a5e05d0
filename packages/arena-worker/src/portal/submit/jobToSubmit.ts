import { randomBytes } from 'node:crypto';
import {
  ARENA_API_VERSION,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { CliError } from '../../cli/errors';
import { readDocuments } from '../readDocuments';

/** Characters of a name that fits in a label, less those that tell jobs of one document apart. */
const MAX_PREFIX_LENGTH = 53;

/** An ArenaJob that can be created. */
export interface JobToSubmit extends ArenaObjectInput<JsonObject> {
  metadata: ArenaObjectInput['metadata'] & { name: string };
}

/** How a submitted job differs from its document. */
export interface JobChanges {
  name?: string;
  /** A source to test in place of the document's own, with this arena file. */
  source?: { name: string; arenaFile?: string };
  /** Reports that are to be written as well. */
  reports: readonly string[];
}

/** A name that nothing has yet. */
export function newName(like: string): string {
  const end = randomBytes(4).toString('hex');
  return `${like.slice(0, MAX_PREFIX_LENGTH)}-${end}`;
}

/**
 * Reads a job from a file with one ArenaJob. What is wrong within its spec is left to the server to say.
 *
 * @throws CliError
 */
export async function readJobToSubmit(
  file: string,
  { name, source, reports }: JobChanges,
): Promise<JobToSubmit> {
  const documents = await readDocuments([file]);
  const jobs = documents
    .map(({ value }) => value as Partial<JobToSubmit>)
    .filter(value => value.kind === 'ArenaJob');
  if (jobs.length !== 1 || documents.length !== 1) {
    throw new CliError(
      `'${file}' has ${documents.length} documents, ${jobs.length} of them ArenaJobs: give a file with one ArenaJob alone`,
    );
  }
  const [{ metadata, spec }] = jobs;
  const { name: ownName, namespace, labels, annotations } = metadata ?? {};
  if (spec?.schedule) {
    throw new CliError(
      `'${file}': spec.schedule: a job with a schedule never ends, leave it out`,
    );
  }
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      name: name ?? newName(ownName ?? 'job'),
      namespace,
      labels,
      annotations,
    },
    spec: withReports(
      {
        ...spec,
        ...(source && { sourceRef: { name: source.name } }),
        ...(source?.arenaFile && { arenaFile: source.arenaFile }),
      },
      reports,
    ),
  };
}

/** Evaluations write what they are told to, other types what they always do. */
function withReports(spec: JsonObject, reports: readonly string[]): JsonObject {
  const { type = 'evaluation' } = spec;
  if (type !== 'evaluation' || reports.length === 0) return spec;
  const evaluation = Object(spec.evaluation) as JsonObject;
  const { outputFormats } = evaluation;
  const own = Array.isArray(outputFormats) ? outputFormats : ['json'];
  return {
    ...spec,
    evaluation: {
      ...evaluation,
      outputFormats: [...new Set([...own, ...reports])],
    },
  };
}
