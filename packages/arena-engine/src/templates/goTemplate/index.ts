import { FUNCTIONS } from './functions';
import { Node, Operand, parseTemplate, Pipeline } from './parse';
import { Scope } from './Scope';
import {
  field,
  integer,
  isTrue,
  plain,
  printedAlone,
  sortedKeys,
  Value,
} from './values';

/** Largest output of one template. */
const MAX_OUTPUT = 1024 * 1024;
/** Most steps of one template: loops multiply. */
const MAX_STEPS = 1_000_000;

/** A compiled template of Go's text/template, without templates that are defined within. */
export interface GoTemplate {
  /** @throws Error when a value has the wrong type. */
  execute(data: Record<string, unknown>): string;
}

type Ending = 'break' | 'continue' | undefined;

class Execution {
  output = '';
  private steps = 0;

  /** @returns How a loop goes on, when the nodes say so. */
  render(nodes: readonly Node[], dot: Value, scope: Scope): Ending {
    for (const node of nodes) {
      this.countStep();
      const ending = this.renderNode(node, dot, scope);
      if (ending) return ending;
    }
    return undefined;
  }

  private countStep(): void {
    this.steps += 1;
    if (this.output.length > MAX_OUTPUT || this.steps > MAX_STEPS)
      throw new Error('the output is too long');
  }

  private renderNode(node: Node, dot: Value, scope: Scope): Ending {
    switch (node.kind) {
      case 'text':
        this.output += node.text;
        return undefined;
      case 'print': {
        const value = run(node.pipeline, dot, scope);
        if (node.pipeline.variables.length === 0) {
          this.output += printedAlone(value);
        }
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'range':
        return this.renderLoop(node, dot, scope.inside());
      default: {
        const inside = scope.inside();
        const value = run(node.pipeline, dot, inside);
        if (!isTrue(value)) {
          return this.render(node.otherwise, dot, inside.inside());
        }
        const inner = node.kind === 'with' ? value : dot;
        return this.render(node.body, inner, inside.inside());
      }
    }
  }

  private renderLoop(
    {
      pipeline,
      body,
      otherwise,
    }: Extract<Node, { pipeline: Pipeline; body: Node[] }>,
    dot: Value,
    scope: Scope,
  ): Ending {
    const { variables, assigns } = pipeline;
    const entries = elements(evaluate(pipeline.value, dot, scope));
    if (entries.length === 0) return this.render(otherwise, dot, scope);
    for (const [key, value] of entries) {
      this.countStep();
      const inside = scope.inside();
      const given = variables.length === 2 ? [key, value] : [value];
      variables.forEach((name, index) =>
        assigns
          ? inside.assign(name, given[index])
          : inside.declare(name, given[index]),
      );
      if (this.render(body, value, inside) === 'break') break;
    }
    return undefined;
  }
}

function elements({ value, isInteger }: Value): Array<[Value, Value]> {
  if (value === undefined || value === null) return [];
  if (typeof value === 'number' && isInteger) {
    const count = Math.min(Math.max(value, 0), MAX_STEPS);
    return Array.from({ length: count }, (_, i) => [integer(i), integer(i)]);
  }
  if (Array.isArray(value)) {
    return value.map((entry, index) => [integer(index), plain(entry)]);
  }
  if (typeof value === 'object') {
    return sortedKeys(value).map(key => [
      plain(key),
      plain(Reflect.get(value, key)),
    ]);
  }
  throw new Error("range can't iterate over this value");
}

function run(pipeline: Pipeline, dot: Value, scope: Scope): Value {
  const value = evaluate(pipeline.value, dot, scope);
  const [name] = pipeline.variables;
  if (name !== undefined) {
    if (pipeline.assigns) scope.assign(name, value);
    else scope.declare(name, value);
  }
  return value;
}

function evaluate(operand: Operand, dot: Value, scope: Scope): Value {
  switch (operand.kind) {
    case 'literal':
      return { value: operand.value, isInteger: operand.isInteger };
    case 'variable':
      return scope.find(operand.name);
    case 'field': {
      const of = operand.of ? evaluate(operand.of, dot, scope) : dot;
      return operand.path.reduce(field, of);
    }
    default:
      return call(operand.name, operand.args, dot, scope);
  }
}

function call(
  name: string,
  args: readonly Operand[],
  dot: Value,
  scope: Scope,
): Value {
  const { min, max, call: apply } = FUNCTIONS[name];
  if (args.length < min || args.length > max) {
    throw new Error(`wrong number of args for ${name}`);
  }
  if (name !== 'and' && name !== 'or') {
    return apply(args.map(arg => evaluate(arg, dot, scope)));
  }
  // These stop at the first argument that decides, so that later ones may be impossible.
  let result = plain(undefined);
  for (const arg of args) {
    result = evaluate(arg, dot, scope);
    if (isTrue(result) === (name === 'or')) return result;
  }
  return result;
}

function checkFunctions(node: Node): void {
  if (!('pipeline' in node)) return;
  checkOperand(node.pipeline.value);
  if (node.kind === 'print') return;
  node.body.forEach(checkFunctions);
  node.otherwise.forEach(checkFunctions);
}

function checkOperand(operand: Operand): void {
  if (operand.kind === 'field' && operand.of) checkOperand(operand.of);
  if (operand.kind !== 'call') return;
  if (!Object.hasOwn(FUNCTIONS, operand.name)) {
    throw new Error(`function "${operand.name}" not defined`);
  }
  operand.args.forEach(checkOperand);
}

/** @returns The template, or the reason why it is none. */
export function compileGoTemplate(source: string): GoTemplate | string {
  let nodes: Node[];
  try {
    nodes = parseTemplate(source);
    nodes.forEach(checkFunctions);
  } catch (error) {
    return `invalid template: ${
      error instanceof Error ? error.message : error
    }`;
  }
  return {
    execute(data) {
      const execution = new Execution();
      execution.render(nodes, plain(data), Scope.of(plain(data)));
      return execution.output;
    },
  };
}
