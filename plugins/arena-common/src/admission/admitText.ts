import type { FieldCause } from '../client/ArenaApi';
import { admit, AdmitOptions, AdmitResult } from './admit';
import { TextPosition } from './locateField';
import { normalizeInput } from './normalizeInput';
import { parseDocuments, TextProblem } from './parseDocuments';

/** A cause against an object, and where its field stands in the text. @public */
export interface LocatedCause extends FieldCause, TextPosition {}

/** @public */
export interface AdmittedDocument extends Omit<AdmitResult, 'causes'> {
  position: TextPosition;
  causes: LocatedCause[];
}

/** @public */
export interface AdmittedText {
  documents: AdmittedDocument[];
  /** Faults of syntax. */
  problems: TextProblem[];
}

/**
 * Admits every object of a YAML or JSON text as the creation of that object, and says of each cause where its field stands.
 *
 * @public
 */
export function admitText(
  text: string,
  options: Pick<AdmitOptions, 'strict'> = {},
): AdmittedText {
  const { documents, problems } = parseDocuments(text);
  return {
    problems,
    documents: documents.map(document => {
      const result = admit(normalizeInput(document.object), {
        operation: 'create',
        ...options,
      });
      return {
        ...result,
        position: document.position,
        causes: result.causes.map(cause => ({
          ...cause,
          ...document.locate(cause.field),
        })),
      };
    }),
  };
}
