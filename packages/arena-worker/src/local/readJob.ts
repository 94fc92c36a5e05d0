import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlanOptions, ReportFormat } from '@backstage-arena/arena-engine';
import {
  ArenaJobSpec,
  ArenaObjectInput,
  arenaJobSpecSchema,
  evaluationBudgetOf,
  RunBudget,
} from '@backstage-arena/plugin-arena-common';
import {
  admitText,
  formatCause,
} from '@backstage-arena/plugin-arena-common/admission';
import {
  DatasetProfile,
  datasetProfileOf,
} from '@backstage-arena/plugin-arena-common/datagen';
import {
  LoadProfile,
  loadProfileOf,
} from '@backstage-arena/plugin-arena-common/load';
import { BundlePath, findBundle } from '../cli/bundlePath';
import { CliError } from '../cli/errors';
import { resolveFromCaller } from '../cli/paths';
import { formatFinding } from '../validate/Finding';
import { resolveLocalProviders } from './resolveLocalProviders';

/** An ArenaJob document as something that can be run here. */
export interface LocalJob extends BundlePath {
  plan: Pick<PlanOptions, 'include' | 'exclude' | 'trials' | 'providers'>;
  compat: boolean;
  formats: ReportFormat[];
  /** From 0 to 1. */
  minPassRate?: number;
  /** Of an evaluation: what it may spend. */
  budget?: RunBudget;
  /** The job is a load test. */
  load?: LoadProfile;
  /** The job generates data. */
  dataset?: DatasetProfile;
  verbose: boolean;
}

/**
 * Reads an ArenaJob from a file, through the server's admission. Its source is a folder of this machine; the Provider objects that
 * it refers to are looked for in the same file.
 */
export async function readJob(
  file: string,
  options: { bundle?: string; mocked: boolean },
): Promise<LocalJob> {
  const objects = await readObjects(file);
  const jobs = objects.filter(object => object.kind === 'ArenaJob');
  if (jobs.length !== 1) {
    throw new CliError(
      `'${file}' has ${jobs.length} ArenaJobs: give a file with exactly one`,
    );
  }
  const [job] = jobs;
  const spec = arenaJobSpecSchema.parse(job.spec);
  refuseUnsupported(spec);

  const bundle = await findBundle(
    options.bundle ?? dirname(resolveFromCaller(file)),
  );
  return {
    directory: bundle.directory,
    arenaFile: bundle.arenaFile ?? spec.arenaFile,
    plan: {
      include: spec.scenarios?.include,
      exclude: spec.scenarios?.exclude,
      trials: spec.trials,
      providers:
        spec.providers &&
        resolveLocalProviders({
          groups: spec.providers,
          objects,
          file,
          mocked: options.mocked,
        }),
    },
    compat: spec.compat,
    // Transcripts are always written here.
    formats: (spec.evaluation?.outputFormats ?? ['json']).filter(
      format => format !== 'transcripts',
    ),
    minPassRate:
      spec.evaluation?.gate && spec.evaluation.gate.minPassRate / 100,
    budget: evaluationBudgetOf(spec),
    ...(spec.type === 'loadtest' && {
      load: loadProfileOf(spec.loadTest),
    }),
    ...(spec.type === 'datagen' && {
      dataset: datasetProfileOf(spec.dataGen),
    }),
    verbose: spec.verbose,
  };
}

async function readObjects(file: string): Promise<ArenaObjectInput[]> {
  const content = await readFile(resolveFromCaller(file), 'utf8').catch(
    error => {
      throw new CliError(`'${file}' cannot be read: ${error.message}`);
    },
  );
  const { documents, problems } = admitText(content);
  const faults = [
    ...problems.map(problem => formatFinding({ file, ...problem })),
    ...documents.flatMap(document =>
      document.causes.map(cause =>
        formatFinding({
          file,
          line: cause.line,
          column: cause.column,
          message: formatCause(cause),
        }),
      ),
    ),
  ];
  if (faults.length > 0) {
    throw new CliError(`'${file}' is not valid`, { details: faults });
  }
  return documents.map(document => document.object);
}

/** What only a portal can do is refused by name: leaving it out would give another result than the job asks for. */
function refuseUnsupported(spec: ArenaJobSpec): void {
  if (spec.toolRegistries && spec.toolRegistries.length > 0) {
    throw new CliError(
      'spec.toolRegistries: tool registries are resolved by a portal; run the job there',
    );
  }
  if (spec.evaluation?.gate?.baseline) {
    throw new CliError(
      "spec.evaluation.gate.baseline: the baseline is a run of a portal; run the job there, or compare two folders of results with 'arena compare'",
    );
  }
  if (spec.dataGen?.thresholds) {
    throw new CliError(
      'spec.dataGen.thresholds: thresholds are kept by a portal; run the job there',
    );
  }
  if (spec.evaluation?.thresholds) {
    throw new CliError(
      'spec.evaluation.thresholds: thresholds are kept by a portal; run the job there',
    );
  }
}
