import { Value } from './values';

/** The variables of a template, and those of the blocks around a place. */
export class Scope {
  private readonly variables = new Map<string, Value>();

  private constructor(private readonly parent?: Scope) {}

  static of(data: Value): Scope {
    const scope = new Scope();
    scope.declare('$', data);
    return scope;
  }

  inside(): Scope {
    return new Scope(this);
  }

  declare(name: string, value: Value): void {
    this.variables.set(name, value);
  }

  assign(name: string, value: Value): void {
    if (this.variables.has(name) || !this.parent) this.declare(name, value);
    else this.parent.assign(name, value);
  }

  /** @throws Error when there is none; parsing has looked for them. */
  find(name: string): Value {
    const value = this.variables.get(name) ?? this.parent?.find(name);
    if (!value) throw new Error(`undefined variable "${name}"`);
    return value;
  }
}
