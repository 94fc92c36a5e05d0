import { ItemReport } from '@backstage-arena/plugin-arena-common';
import { cellOf, PlannedRun } from '../runs/PlannedRun';
import { packBatch } from './batchCodec';
import { capTranscript } from './capTranscript';
import { Redactor } from './createRedactor';

/** Packs the transcripts of a report: without secrets, cut to the limit. Undefined when there are none. */
export function packTranscripts(
  run: PlannedRun,
  reports: readonly ItemReport[],
  options: { redact: Redactor; maxBytes: number },
): Buffer | undefined {
  const entries = reports.flatMap(({ index, transcript }) => {
    if (transcript === undefined) return [];
    // Secrets go first: a cut could leave a part of one that is not recognised any more.
    const json = options.redact.json(transcript);
    const capped =
      // A character has at most three bytes in UTF-8 (a pair has four), so that most texts need not be counted.
      json.length * 3 > options.maxBytes
        ? capTranscript(json, options.maxBytes, cellOf(run, index))
        : json;
    return [{ index, json: capped }];
  });
  return entries.length > 0 ? packBatch(entries) : undefined;
}
