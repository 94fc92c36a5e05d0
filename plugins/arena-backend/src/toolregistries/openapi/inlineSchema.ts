type Json = Record<string, unknown>;

/** Words of OpenAPI that JSON Schema does not have, and that tell a model nothing. */
const DROPPED = new Set(['xml', 'externalDocs', 'discriminator', 'example']);
/** Words whose values are data that may look like schemas. */
const DATA = new Set(['default', 'enum', 'const', 'examples']);
/** Words whose values have names of the author's own choice. */
const MAPS = new Set(['properties', 'patternProperties', '$defs']);
/** Of one document, over all its operations. */
const MAX_NODES = 200_000;
const MAX_REFERENCE = 2_048;

/**
 * Follows the references of one document. Those to other documents are refused: nobody may make the portal fetch addresses of their choice.
 */
export class References {
  private nodes = 0;

  constructor(private readonly document: Json) {}

  /** What an object stands for, when it is a reference. @throws Error when there is nothing. */
  resolve(value: unknown): Json {
    let current: unknown = value;
    for (let hops = 0; hops < 20; hops += 1) {
      if (!isObject(current)) break;
      this.count();
      const { $ref: ref } = current;
      if (typeof ref !== 'string') return current;
      current = this.find(ref);
    }
    throw new Error(
      `${JSON.stringify(value)?.slice(0, 100)} does not lead to an object`,
    );
  }

  /**
   * A schema that stands alone, in the words of JSON Schema. A schema that contains itself becomes one that allows anything at the
   * point where it begins anew.
   */
  inline(schema: unknown, within: readonly string[] = []): unknown {
    this.count();
    if (Array.isArray(schema)) return schema.map(s => this.inline(s, within));
    if (!isObject(schema)) return schema;
    const { $ref: ref } = schema;
    if (typeof ref === 'string') {
      return within.includes(ref)
        ? {}
        : this.inline(this.find(ref), [...within, ref]);
    }
    const result: Json = {};
    for (const [key, value] of Object.entries(schema)) {
      if (DROPPED.has(key)) continue;
      if (DATA.has(key)) result[key] = value;
      else if (MAPS.has(key) && isObject(value)) {
        result[key] = Object.fromEntries(
          Object.entries(value).map(([name, entry]) => [
            name,
            this.inline(entry, within),
          ]),
        );
      } else result[key] = this.inline(value, within);
    }
    return fromOpenApi30(result);
  }

  private count(): void {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) {
      throw new Error(
        `the schemas of its operations have more than ${MAX_NODES} parts in all`,
      );
    }
  }

  private find(ref: string): unknown {
    if (ref.length > MAX_REFERENCE) {
      throw new Error(`a reference has more than ${MAX_REFERENCE} characters`);
    }
    if (!ref.startsWith('#/')) {
      throw new Error(
        `${ref} refers to another document: only references within the document are followed`,
      );
    }
    let current: unknown = this.document;
    for (const part of ref.slice(2).split('/')) {
      const name = decodeURIComponent(part)
        .replaceAll('~1', '/')
        .replaceAll('~0', '~');
      current =
        isObject(current) && Object.hasOwn(current, name)
          ? current[name]
          : undefined;
    }
    if (current === undefined) throw new Error(`${ref} is not in the document`);
    return current;
  }
}

export function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** `nullable` and yes-or-no bounds are words of OpenAPI 3.0 alone. */
function fromOpenApi30(schema: Json): Json {
  const { nullable, ...rest } = schema;
  if (nullable === true && typeof rest.type === 'string') {
    rest.type = [rest.type, 'null'];
    if (Array.isArray(rest.enum)) rest.enum = [...rest.enum, null];
  }
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ]) {
    if (typeof rest[exclusive] !== 'boolean') continue;
    if (rest[exclusive]) {
      rest[exclusive] = rest[bound];
      delete rest[bound];
    } else delete rest[exclusive];
  }
  return rest;
}
