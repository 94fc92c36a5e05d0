/**
 * Loads an export when it is needed.
 *
 * How a CommonJS module looks to `import()` depends on who transformed it: run from the sources, Node only sees its `default`.
 */
export async function lazy<M extends object, K extends keyof M>(
  module: Promise<M>,
  name: K,
): Promise<M[K]> {
  const loaded: M & { default?: M } = await module;
  const found = loaded[name] ?? loaded.default?.[name];
  if (found === undefined) {
    throw new Error(`The module has no export '${String(name)}'`);
  }
  return found;
}
