import { ReportItem } from '@backstage-arena/arena-engine';
import { itemReportSchema } from '@backstage-arena/plugin-arena-common';
import { z } from 'zod/v4';
import { readLines, ReadStreamOptions } from './readLines';

const reportRowSchema = itemReportSchema.omit({ transcript: true }).extend({
  scenario: z.string(),
  provider: z.string(),
  region: z.string(),
  variant: z.int().min(0),
  trial: z.int().min(0),
});

/** All results of the run in order of index, one at a time. */
export async function* readResults(
  options: ReadStreamOptions,
): AsyncGenerator<ReportItem> {
  let from = 0;
  const path = () => `/results?from=${from}`;
  for await (const line of readLines({ ...options, path })) {
    const row = reportRowSchema.parse(JSON.parse(line));
    from = row.index + 1;
    yield row;
  }
}
