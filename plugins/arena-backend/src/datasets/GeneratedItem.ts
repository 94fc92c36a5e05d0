import { ItemReport } from '@backstage-arena/plugin-arena-common';
import {
  canonicalRow,
  DatasetProfile,
  Rejection,
  rowCandidate,
  RowCandidate,
} from '@backstage-arena/plugin-arena-common/datagen';
import { JsonObject } from '@backstage/types';
import { createHash } from 'node:crypto';
import { Redactor } from '../transcripts/createRedactor';

/** What an attempt brought, made ready before the database is asked. */
export type GeneratedItem =
  | { state: 'row'; candidate: RowCandidate; json: string }
  | {
      state: 'none';
      rejection: Rejection;
      text?: string;
      persona?: string;
    }
  /** The budget did not reach to its end. */
  | { state: 'unfinished' };

/** Reads what an attempt brought. Everything that takes time and no lock happens here. */
export function generatedItem(
  report: ItemReport,
  profile: DatasetProfile,
  redact: Redactor,
  storable: (text: string) => string,
): GeneratedItem {
  const { generated, error } = report;
  const persona = generated?.persona;
  if (generated?.unfinished) return { state: 'unfinished' };
  const none = (rejection: Rejection, text?: string): GeneratedItem => ({
    state: 'none',
    rejection: {
      ...rejection,
      message: storable(redact.text(rejection.message)),
    },
    text: text === undefined ? undefined : storable(redact.text(text)),
    persona,
  });
  if (generated?.reject) {
    const { reason, message, text } = generated.reject;
    return none({ reason, message }, text);
  }
  const json = generated?.row;
  if (json === undefined) {
    return none({
      reason: 'error',
      message: error?.message ?? report.message ?? 'The attempt has no row',
    });
  }
  const clean = redact.json(json);
  const row = parseObject(clean);
  if (!row)
    return none(
      { reason: 'invalidJson', message: 'The row is no JSON object' },
      clean,
    );
  const embedding =
    generated?.embedding === undefined
      ? undefined
      : new Int8Array(Buffer.from(generated.embedding, 'base64'));
  if (profile.nearDuplicateEmbedding && !embedding) {
    return none(
      { reason: 'error', message: 'The row came without its embedding' },
      clean,
    );
  }
  const hash = createHash('sha256').update(canonicalRow(row)).digest('hex');
  return {
    state: 'row',
    json: storableJson(clean),
    candidate: rowCandidate({ row, hash, persona, embedding }, profile),
  };
}

function parseObject(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

/** In JSON text a zero character and half of a surrogate pair can be written as escapes, which every database can hold. */
function storableJson(json: string): string {
  return json.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    half => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
