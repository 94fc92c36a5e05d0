/**
 * Admission of objects: what the API server does with them, for the embedded store, the REST API, the command line and the editor.
 *
 * @packageDocumentation
 */
export type { FieldCause } from '../client/ArenaApi';
export type {
  ArenaKind,
  ArenaObjectInput,
  ObjectMeta,
  OwnerReference,
} from '../resources/meta';
export type { AdmitOptions, AdmitResult } from './admit';
export { admit } from './admit';
export type { AdmittedDocument, AdmittedText, LocatedCause } from './admitText';
export { admitText } from './admitText';
export { formatCause } from './causes';
export { checkBeyondSchema } from './checkBeyondSchema';
export type { FieldPath, FieldPathSegment } from './FieldPath';
export { formatFieldPath, parseFieldPath } from './FieldPath';
export type { TextPosition } from './locateField';
export { normalizeInput } from './normalizeInput';
export type {
  ParsedDocument,
  ParsedDocuments,
  TextProblem,
} from './parseDocuments';
export { parseDocuments } from './parseDocuments';
export { validateStatus } from './validateStatus';
