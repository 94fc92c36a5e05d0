const BASE = 'schema:/';

/** Finds what the references of a schema refer to; all of it is in the schema itself. */
export class SchemaReferences {
  /** Parts with a name of their own, by address. */
  private readonly named = new Map<string, unknown>();

  constructor(private readonly root: unknown) {
    this.collect(root, BASE);
  }

  find(reference: string): unknown {
    if (reference === '#') return this.root;
    if (reference.startsWith('#/')) return follow(this.root, reference);
    const address = resolve(reference, this.rootAddress());
    if (address === undefined) return undefined;
    const known = this.named.get(address);
    if (known !== undefined) return known;
    const [document, fragment] = address.split('#');
    const part = this.named.get(document);
    return part !== undefined && fragment?.startsWith('/')
      ? follow(part, `#${fragment}`)
      : undefined;
  }

  private rootAddress(): string {
    return idOf(this.root, BASE) ?? BASE;
  }

  private collect(node: unknown, base: string): void {
    if (node === null || typeof node !== 'object') return;
    const address = idOf(node, base) ?? base;
    if (address !== base) this.named.set(address.replace(/#$/, ''), node);
    for (const part of Object.values(node)) this.collect(part, address);
  }
}

function idOf(node: unknown, base: string): string | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  const id: unknown = Reflect.get(node, 'id') ?? Reflect.get(node, '$id');
  return typeof id === 'string' ? resolve(id, base) : undefined;
}

function resolve(reference: string, base: string): string | undefined {
  return URL.canParse(reference, base)
    ? new URL(reference, base).href
    : undefined;
}

function follow(root: unknown, reference: string): unknown {
  let node = root;
  for (const raw of reference.slice(2).split('/')) {
    const key = decode(raw).replace(/~1/g, '/').replace(/~0/g, '~');
    if (
      node === null ||
      typeof node !== 'object' ||
      !Object.hasOwn(node, key)
    ) {
      return undefined;
    }
    node = Reflect.get(node, key);
  }
  return node;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
