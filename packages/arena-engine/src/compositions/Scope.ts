import { goJson } from '../text/goText';
import { CompositionFault } from './CompositionFault';

const REFERENCE = /\$\{([^{}]*)\}/g;
const WHOLE = /^\$\{([^{}]*)\}$/;

/** A value that a reference may lead to; `null` is one, too. */
export type Found = { value: unknown } | undefined;

/** What the references of a composition lead to: the input, and the outputs of steps. */
export class Scope {
  constructor(
    private readonly input: unknown,
    private readonly outputs: ReadonlyMap<string, unknown>,
  ) {}

  /** @param path - such as `input.size` or `step.output.kind`, with or without `${}` */
  find(path: string): Found {
    const [root, ...members] = parsePath(path);
    const start = this.root(root);
    return members.reduce<Found>(
      (found, member) => found && memberOf(found.value, member),
      start,
    );
  }

  /**
   * Replaces the references of a value, at any depth. A text that is one reference as a whole gets its value, whatever type it is
   * of; within a text, values become text.
   *
   * @throws CompositionFault when a reference leads nowhere.
   */
  resolve(value: unknown): unknown {
    if (typeof value === 'string') return this.resolveText(value);
    if (Array.isArray(value)) return value.map(entry => this.resolve(entry));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, this.resolve(entry)]),
      );
    }
    return value;
  }

  private resolveText(text: string): unknown {
    const whole = WHOLE.exec(text);
    return whole
      ? this.demand(whole[1])
      : text.replace(REFERENCE, (_, path: string) => textOf(this.demand(path)));
  }

  private demand(path: string): unknown {
    const found = this.find(path);
    if (found) return found.value;
    const known = ['input', ...this.outputs.keys()].join(', ');
    throw new CompositionFault(
      `the reference \${${path}} leads nowhere: there are ${known}`,
    );
  }

  private root(name: string): Found {
    if (name === 'input') return { value: this.input };
    return this.outputs.has(name)
      ? { value: { output: this.outputs.get(name) } }
      : undefined;
  }
}

/** Names of the roots that a value's references start from. */
export function referenceRoots(value: unknown): string[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].map(([, path]) => parsePath(path)[0]);
  }
  return value !== null && typeof value === 'object'
    ? Object.values(value).flatMap(referenceRoots)
    : [];
}

/** The parts of a path, which may stand inside of `${}`. */
export function parsePath(path: string): string[] {
  const inner = WHOLE.exec(path.trim())?.[1] ?? path;
  return inner.trim().split('.');
}

/** Texts as they are, everything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : goJson(value);
}

function memberOf(value: unknown, member: string): Found {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    return /^\d+$/.test(member) && Number(member) < value.length
      ? { value: value[Number(member)] }
      : undefined;
  }
  const entry = Object.entries(value).find(([key]) => key === member);
  return entry && { value: entry[1] };
}
