import { JsonObject } from '@backstage/types';
import { ArenaObjectInput } from '@backstage-arena/plugin-arena-common';

/**
 * True for a job that has what was said written to its output, which its author chooses: as good as reading it. The object may be anything,
 * because it is not admitted yet.
 */
export function writesTranscripts({
  kind,
  spec,
}: ArenaObjectInput<JsonObject>): boolean {
  const evaluation = spec?.evaluation as JsonObject | null | undefined;
  const formats = evaluation?.outputFormats;
  return (
    kind === 'ArenaJob' &&
    Array.isArray(formats) &&
    formats.includes('transcripts')
  );
}
