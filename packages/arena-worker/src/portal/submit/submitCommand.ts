import {
  ArenaObject,
  ObjectAddress,
} from '@backstage-arena/plugin-arena-common';
import { findBundle } from '../../cli/bundlePath';
import { parseDuration } from '../../cli/duration';
import { CliError, EXIT } from '../../cli/errors';
import { SubmitFlags } from '../../commands/submit';
import { REPORT_NAMES } from '../../reports/reportNames';
import { shortName } from '../addresses';
import { followLog } from '../followLog';
import { interruptSignal } from '../interruptSignal';
import { JobLog } from '../JobLog';
import { openPortal, Portal } from '../openPortal';
import { describeRun, saveReport } from '../results';
import { conditionsOf, phaseOf } from '../wanted';
import { newName, readJobToSubmit } from './jobToSubmit';
import { readBundleFiles, uploadBundle } from './uploadBundle';

/**
 * `arena submit`: a new job, its log, its results, its verdict as the exit status. A job that nobody waits for any more is cancelled, so that a
 * pipeline that is stopped leaves nothing that costs money.
 */
export async function submitCommand(flags: SubmitFlags): Promise<void> {
  const timeoutMs = parseDuration('--timeout', flags.timeout);
  const portal = await openPortal(flags);
  const { reports, source, files, document } = await readWhatToSubmit(flags);
  const interrupted = interruptSignal();
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(timeoutMs)]);
  const { cluster } = portal;
  const namespace = document.metadata.namespace ?? portal.namespace;
  const job = await portal.api.create(cluster, document, { namespace });
  const address = {
    cluster,
    namespace,
    kind: job.kind,
    name: job.metadata.name,
  };
  const what = shortName(address);
  process.stdout.write(`${what} created in namespace ${namespace}\n`);
  let ended: ArenaObject | undefined;
  try {
    if (source) {
      await uploadBundle(portal, job, { name: source.name, files, signal });
    }
    const log = new JobLog(portal, false);
    ended = await followLog(portal, address, { log, signal });
  } catch (error) {
    if (!signal.aborted) {
      await cancel(portal, address);
      throw error;
    }
  }
  if (!ended) {
    await cancel(portal, address);
    throw new CliError(
      interrupted.aborted
        ? `Interrupted: ${what} was cancelled`
        : `${what} did not end within ${flags.timeout} and was cancelled`,
      { exitCode: interrupted.aborted ? EXIT.interrupted : EXIT.failed },
    );
  }
  await tellResults(portal, ended, reports);
  if (phaseOf(ended) !== 'Succeeded') {
    throw new CliError(`${what} is ${phaseOf(ended)}`, {
      details: conditionsOf(ended)
        .filter(({ type }) => type === 'Ready' || type === 'Progressing')
        .map(({ reason, message }) => `${reason}: ${message}`),
    });
  }
}

type Reports = Partial<Record<'junit' | 'markdown', string>>;

/** Everything of this machine, before anything is created. */
async function readWhatToSubmit(flags: SubmitFlags) {
  const { file, name, config, junitFile, markdownFile } = flags;
  const reports: Reports = {
    ...(junitFile && { junit: junitFile }),
    ...(markdownFile && { markdown: markdownFile }),
  };
  const bundle = config === undefined ? undefined : await findBundle(config);
  const files = bundle ? await readBundleFiles(bundle.directory) : [];
  const source = bundle && {
    name: newName(name ?? 'bundle'),
    arenaFile: bundle.arenaFile,
  };
  const document = await readJobToSubmit(file, {
    name,
    source,
    reports: Object.keys(reports),
  });
  return { reports, source, files, document };
}

async function tellResults(
  portal: Portal,
  { spec, status }: ArenaObject,
  reports: Reports,
): Promise<void> {
  const { run: started, result } = (status ?? {}) as {
    run?: { id: string };
    result?: { url?: string };
  };
  // What could not be started has no results; its conditions say why.
  if (!started) return;
  const run = await portal.api.run(started.id);
  const { type = 'evaluation' } = spec;
  if (type === 'evaluation') {
    const matrix = await portal.api.matrix(run.id);
    process.stdout.write(`\n${describeRun(run, matrix)}\n`);
  }
  if (result?.url) process.stdout.write(`Results: ${result.url}\n`);
  for (const kind of ['junit', 'markdown'] as const) {
    const out = reports[kind];
    if (!out) continue;
    if (type === 'evaluation') {
      await saveReport(portal, run, { name: REPORT_NAMES[kind], out });
    } else {
      process.stderr.write(
        `${out} is not written: a job of type ${type} has no such report\n`,
      );
    }
  }
}

/** It may have ended, or be gone, by now. */
async function cancel(portal: Portal, address: ObjectAddress): Promise<void> {
  try {
    await portal.api.cancel(address);
  } catch (error) {
    process.stderr.write(
      `${shortName(address)} could not be cancelled: ${
        error instanceof Error ? error.message : error
      }\n`,
    );
  }
}
