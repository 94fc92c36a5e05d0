import { z } from 'zod/v4';
import { group, int32, int64, listOf, oneOf, text } from './primitives';
import { CelRule } from './rules';

/** RFC 1123 subdomain: what Kubernetes takes as the name of an object. @internal */
export const DNS_SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** RFC 1123 label: what Kubernetes takes as the name of a namespace. @internal */
export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Durations as Go writes them, without a sign. The bounds on digits keep the sum within the 292 years that Go can count.
 *
 * @internal
 */
export const DURATION =
  /^([0-9]{1,9}(\.[0-9]{1,9})?(ms|s)|[0-9]{1,7}(\.[0-9]{1,9})?m|[0-9]{1,6}(\.[0-9]{1,9})?h)+$/;

/** Non-negative decimal number in a string: exact where a float would not be. @internal */
export const DECIMAL = /^[0-9]{1,12}(\.[0-9]{1,9})?$/;

/** @internal */
export const SUBDOMAIN_HINT =
  "must be a lower case RFC 1123 subdomain: letters, digits, '-' and '.', beginning and ending with a letter or digit";

/** @internal */
export const LABEL_HINT =
  "must be a lower case RFC 1123 label: letters, digits and '-', beginning and ending with a letter or digit";

/** Name of another object. @internal */
export function objectName(description: string) {
  return text(description, {
    max: 253,
    pattern: DNS_SUBDOMAIN,
    hint: SUBDOMAIN_HINT,
  });
}

/** Name of a namespace. @internal */
export function namespaceName(description: string) {
  return text(description, { max: 63, pattern: DNS_LABEL, hint: LABEL_HINT });
}

/** `{name}` of an object in the same namespace. @internal */
export function localRef(description: string, nameDescription: string) {
  return group(description, { name: objectName(nameDescription) });
}

/** `{name, key?}` of a Secret in the same namespace. @internal */
export function secretKeyRef(description: string, keyDescription: string) {
  return group(description, {
    name: objectName('Name of the Secret.'),
    key: text(keyDescription, {
      max: 253,
      pattern: /^[-._a-zA-Z0-9]+$/,
    }).optional(),
  });
}

const POSITIVE_DURATION: CelRule = {
  rule: "duration(self) > duration('0s')",
  message: 'must be longer than 0s',
};

/** A duration such as `500ms`, `30s`, `1h30m`. @internal */
export function duration(
  description: string,
  options: { positive?: boolean } = {},
) {
  return text(description, {
    max: 20,
    pattern: DURATION,
    hint: 'must be a duration such as 500ms, 30s or 1h30m',
    rules: options.positive ? [POSITIVE_DURATION] : [],
  });
}

/** A number in a string. @internal */
export function decimal(
  description: string,
  options: { rules?: CelRule[] } = {},
) {
  return text(description, {
    max: 22,
    pattern: DECIMAL,
    hint: 'must be a number in a string, such as "12.50"',
    ...options,
  });
}

/** A time in RFC 3339. @internal */
export function timestamp(description: string) {
  return z.string().meta({ description, format: 'date-time' });
}

/** Status conditions in the shape that `kubectl wait` understands. @internal */
export function conditions() {
  return listOf(
    group('One observation about the object.', {
      type: text('What is observed, for example Ready.', {
        max: 316,
        pattern: /^[A-Za-z][A-Za-z0-9]*$/,
      }),
      status: oneOf(['True', 'False', 'Unknown'], 'Whether it holds.'),
      reason: text('Why, in one word for programs.', {
        max: 1024,
        pattern: /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/,
      }),
      message: text('Why, in one sentence for people.', {
        min: 0,
        max: 32768,
      }),
      lastTransitionTime: timestamp('When the status last changed.'),
      observedGeneration: int64(
        'Generation of the object that the observation is about.',
      ),
    }),
    'Observations about the object, at most one of each type.',
    { max: 32, listType: 'map', listMapKeys: ['type'] },
  );
}

/** @internal */
export function observedGeneration() {
  return int64('Generation of the object that the status is about.');
}

/** @internal */
export function count(description: string) {
  return int32(description, { min: 0 });
}
