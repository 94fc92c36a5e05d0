import { JsonObject, JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import { structuralSchemaOf } from '../resources/crd';
import { KIND_DEFINITIONS } from '../resources/crd/definitions';
import {
  apiVersionOf,
  ARENA_API_VERSION,
  ARENA_API_VERSIONS,
  ARENA_KINDS,
  ArenaKind,
  ArenaObjectInput,
} from '../resources/meta';
import { applyDefaults } from './applyDefaults';
import { checkRules } from './celRules';
import { checkBeyondSchema } from './checkBeyondSchema';
import { checkMetadata } from './checkMetadata';
import {
  formatCause,
  notSupported,
  required,
  typeInvalid,
  unknownField,
} from './causes';
import { nestingProblem } from './nesting';
import { prune } from './prune';
import { suggest } from './suggest';
import { validateNode } from './validateNode';
import { isObject, own } from './values';

/** @public */
export interface AdmitOptions {
  operation: 'create' | 'update';
  /** The object before an update: transition rules compare with it, and what stays as it was is not checked again. */
  oldObject?: object;
  /** Whether a field that the kind does not have is an error (default), or is dropped with a warning. */
  strict?: boolean;
}

/** What admission made of an object. It is admitted when there is no cause against it. @public */
export interface AdmitResult {
  /** The object with defaults and without unknown fields; also there when it was refused, as far as it could be read. */
  object: ArenaObjectInput<JsonObject>;
  warnings: string[];
  causes: FieldCause[];
}

const ROOT_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec'];

/**
 * Does with an object what the API server does with one of a CRD, and the checks beyond that: prunes, fills in defaults, validates.
 *
 * @public
 */
export function admit(input: unknown, options: AdmitOptions): AdmitResult {
  if (!isObject(input)) {
    return refused(typeInvalid([], input as JsonValue, 'object'));
  }
  const tooDeep = nestingProblem(input);
  if (tooDeep) {
    return refused(tooDeep);
  }
  const { kind, causes } = checkTypeMeta(input);
  if (!kind) {
    return refused(...causes);
  }
  return admitKind({ input, kind, causes, options });
}

function refused(...causes: FieldCause[]): AdmitResult {
  return {
    object: {
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: {},
      spec: {},
    },
    warnings: [],
    causes,
  };
}

function checkTypeMeta(input: JsonObject): {
  kind?: ArenaKind;
  causes: FieldCause[];
} {
  const causes: FieldCause[] = [];
  const kinds = ARENA_KINDS.map(names => names.kind);
  const kind = own(input, 'kind');
  const known = kinds.find(candidate => candidate === kind);
  const versions = known ? [apiVersionOf(known)] : ARENA_API_VERSIONS;
  const apiVersion = own(input, 'apiVersion');
  if (apiVersion === undefined || apiVersion === null) {
    causes.push(
      required([{ field: 'apiVersion' }], `must be ${versions.join(' or ')}`),
    );
  } else if (!versions.some(version => version === apiVersion)) {
    causes.push(notSupported([{ field: 'apiVersion' }], apiVersion, versions));
  }
  if (kind === undefined || kind === null) {
    causes.push(required([{ field: 'kind' }], `one of ${kinds.join(', ')}`));
  } else if (!known) {
    const near = typeof kind === 'string' ? suggest(kind, kinds) : undefined;
    causes.push(notSupported([{ field: 'kind' }], kind, kinds, near));
  }
  return { kind: known, causes };
}

function admitKind(args: {
  input: JsonObject;
  kind: ArenaKind;
  causes: FieldCause[];
  options: AdmitOptions;
}): AdmitResult {
  const { input, kind, options } = args;
  const causes = [...args.causes];
  const unknown: FieldCause[] = [];
  const old =
    options.operation === 'update' && isObject(options.oldObject)
      ? withDefaults(kind, options.oldObject as JsonObject)
      : undefined;

  for (const field of Object.keys(input)) {
    if (!rootFieldsOf(kind).includes(field)) {
      unknown.push(unknownField([{ field }], suggestRoot(field, kind)));
    }
  }
  const metadata = own(input, 'metadata') ?? {};
  if (isObject(metadata)) {
    const oldMetadata = own(old ?? {}, 'metadata');
    const found = checkMetadata({
      metadata,
      oldMetadata: isObject(oldMetadata) ? oldMetadata : undefined,
      maxNameLength: KIND_DEFINITIONS[kind].maxNameLength ?? 253,
    });
    causes.push(...found.causes);
    unknown.push(...found.unknown);
  } else {
    causes.push(typeInvalid([{ field: 'metadata' }], metadata, 'object'));
  }

  const spec = admitSpec({ kind, input, old, causes, unknown });
  const object: JsonObject = {
    apiVersion: apiVersionOf(kind),
    kind,
    metadata: isObject(metadata) ? withoutNulls(metadata) : {},
    spec: spec.value,
  };
  const status = own(old ?? {}, 'status');
  if (isObject(status)) {
    object.status = status;
  }
  causes.push(...rootRuleCauses({ kind, object, old, fits: spec.fits }));

  const strict = options.strict ?? true;
  return {
    object: object as unknown as ArenaObjectInput<JsonObject>,
    warnings: [...(strict ? [] : unknown.map(formatCause)), ...spec.warnings],
    causes: strict ? [...unknown, ...causes] : causes,
  };
}

/** A stored object may be older than a default, which counts for it all the same. */
function withDefaults(kind: ArenaKind, object: JsonObject): JsonObject {
  const spec = own(object, 'spec');
  const schema = structuralSchemaOf(kind).properties!.spec;
  return spec === undefined
    ? object
    : { ...object, spec: applyDefaults(spec, schema) };
}

function admitSpec(args: {
  kind: ArenaKind;
  input: JsonObject;
  old?: JsonObject;
  causes: FieldCause[];
  unknown: FieldCause[];
}): { value: JsonObject; warnings: string[]; fits: boolean } {
  const { kind, input, old, causes, unknown } = args;
  const path = [{ field: 'spec' }];
  const given = own(input, 'spec');
  if (given === undefined || given === null) {
    causes.push(required(path));
    return { value: {}, warnings: [], fits: false };
  }
  const schema = structuralSchemaOf(kind).properties!.spec;
  const value = applyDefaults(
    prune(given, schema, path, cause => unknown.push(cause)),
    schema,
  );
  const oldValue: JsonValue | undefined = own(old ?? {}, 'spec');
  const fits = validateNode({ value, oldValue, schema, path }, cause =>
    causes.push(cause),
  );
  if (!isObject(value)) {
    return { value: {}, warnings: [], fits: false };
  }
  const findings = checkBeyondSchema(
    kind,
    value,
    isObject(oldValue) ? oldValue : undefined,
  );
  causes.push(...findings.causes);
  return { value, warnings: findings.warnings, fits };
}

/** The rules at the root of the CRD see, as in Kubernetes, the name alone of the metadata. */
function rootRuleCauses(args: {
  kind: ArenaKind;
  object: JsonObject;
  old?: JsonObject;
  fits: boolean;
}): FieldCause[] {
  const { kind, object, old, fits } = args;
  return checkRules({
    value: asRulesSee(object),
    oldValue: old && asRulesSee(old),
    schema: structuralSchemaOf(kind),
    path: [],
    fits,
  });
}

function asRulesSee(object: JsonObject): JsonObject {
  const metadata = own(object, 'metadata');
  const name = isObject(metadata) ? own(metadata, 'name') : undefined;
  // Without a name the server makes one, which fits.
  return {
    ...object,
    metadata: { name: typeof name === 'string' ? name : '' },
  };
}

function rootFieldsOf(kind: ArenaKind): string[] {
  return KIND_DEFINITIONS[kind].status
    ? [...ROOT_FIELDS, 'status']
    : ROOT_FIELDS;
}

function suggestRoot(field: string, kind: ArenaKind): string | undefined {
  const near = suggest(field, rootFieldsOf(kind));
  if (near) {
    return near;
  }
  const spec = structuralSchemaOf(kind).properties!.spec.properties ?? {};
  return Object.prototype.hasOwnProperty.call(spec, field)
    ? `spec.${field}`
    : undefined;
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, child]) => child !== null && child !== undefined,
    ),
  );
}
