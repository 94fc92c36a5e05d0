import { KubeObject, keyOf } from './KubeObject';

function compareKeys(a: KubeObject, b: KubeObject): number {
  const compare = (x = '', y = '') => Number(x > y) - Number(x < y);
  return (
    compare(a.metadata?.namespace, b.metadata?.namespace) ||
    compare(a.metadata?.name, b.metadata?.name)
  );
}

/** Objects by namespace and name. */
export class ObjectCache<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  /** In order. Absent after an object came or went, until it is needed. */
  #keys: string[] | undefined;

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  set(object: T): void {
    const key = keyOf(object);
    if (!this.#objects.has(key)) this.#keys = undefined;
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#keys = undefined;
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** Ordered by namespace and name. */
  sorted(): T[] {
    this.#keys ??= [...this.#objects.values()].sort(compareKeys).map(keyOf);
    return this.#keys.flatMap(key => this.#objects.get(key) ?? []);
  }
}
