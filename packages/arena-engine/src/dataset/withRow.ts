import { GeneratedRow, ItemReport } from '@backstage-arena/plugin-arena-common';
import { ConversationMessage } from '../conversation/messages';
import { SecretReader } from '../providers/SecretReader';
import { ValidateJson } from '../text/jsonSchema';
import { readRow } from './readRow';

/** A report with the row that its conversation brought, or with the reason why there is none. What ended with an error has neither. */
export function withRow(
  report: ItemReport,
  options: {
    messages: readonly ConversationMessage[];
    /** Of the schema of rows. */
    validate: ValidateJson | undefined;
    secrets: Pick<SecretReader, 'redact'>;
  },
): ItemReport {
  if (report.error) return report;
  const { messages, validate, secrets } = options;
  const said = messages.map(message => ({
    ...message,
    content: secrets.redact(message.content),
  }));
  const generated: GeneratedRow = readRow(said, validate);
  if (report.status !== 'passed') {
    const { row: _, ...rest } = generated;
    return {
      ...report,
      generated: {
        ...rest,
        reject: {
          reason: 'checks',
          message: report.message ?? 'A check failed',
          text: generated.row?.slice(0, 2_000) ?? generated.reject?.text,
        },
      },
    };
  }
  if (!generated.reject) return { ...report, generated };
  return {
    ...report,
    status: 'failed',
    message: generated.reject.message,
    generated,
  };
}
