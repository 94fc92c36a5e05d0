/**
 * One CEL rule of a CRD (`x-kubernetes-validations`). It is placed at the node that it speaks of, so that the API server reports that field.
 *
 * @public
 */
export interface CelRule {
  /** Must yield true. `self` is the node; a rule that names `oldSelf` runs on updates only. */
  rule: string;
  message: string;
  /** Where to report the fault, relative to the node, for example `.loadTest`. */
  fieldPath?: string;
  reason?:
    | 'FieldValueInvalid'
    | 'FieldValueForbidden'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate';
}

/** Metadata of a schema that goes to the CRD as it is. @internal */
export interface CrdHints {
  rules?: CelRule[];
  /** `set` and `map` make the API server refuse duplicates. */
  listType?: 'atomic' | 'set' | 'map';
  listMapKeys?: string[];
  /** Fields that the schema does not list are kept as they are. */
  preserveUnknown?: boolean;
}

/** Writes hints under the names that CRDs use. @internal */
export function crdHints(hints: CrdHints): Record<string, unknown> {
  return {
    ...(hints.rules?.length
      ? { 'x-kubernetes-validations': hints.rules }
      : undefined),
    ...(hints.listType
      ? { 'x-kubernetes-list-type': hints.listType }
      : undefined),
    ...(hints.listMapKeys
      ? { 'x-kubernetes-list-map-keys': hints.listMapKeys }
      : undefined),
    ...(hints.preserveUnknown
      ? { 'x-kubernetes-preserve-unknown-fields': true }
      : undefined),
  };
}

/** Where schemas carry what a pattern wants in words. Not part of the CRDs, which know no such extension. @internal */
export const HINT_KEY = 'x-arena-hint';

/** Rule of texts that are paths within something. @internal */
export const RELATIVE_PATH: CelRule = {
  rule: "!self.startsWith('/') && !self.matches('(^|/)[.][.](/|$)')",
  message: 'must be a relative path without ..',
};
