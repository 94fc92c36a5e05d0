import { field, FUNCTIONS, isTrue, print, Value } from './functions';
import { Node, Operand, parseTemplate } from './parse';

/** Largest output of one template. */
const MAX_OUTPUT = 1024 * 1024;

/** A compiled template of the small part of Go's text/template that mock tools use. */
export interface GoTemplate {
  /** @throws Error when a value has the wrong type. */
  execute(data: Record<string, unknown>): string;
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
      const output = { text: '' };
      render(nodes, { value: data, isInteger: false }, output);
      return output.text;
    },
  };
}

function render(nodes: Node[], dot: Value, output: { text: string }): void {
  for (const node of nodes) {
    if (output.text.length > MAX_OUTPUT)
      throw new Error('the output is too long');
    if (node.kind === 'text') {
      output.text += node.text;
      continue;
    }
    const value = evaluate(node.value, dot);
    if (node.kind === 'print') {
      output.text += print(value);
    } else if (!isTrue(value)) {
      render(node.otherwise, dot, output);
    } else if (node.kind === 'range') {
      for (const entry of elements(value.value)) {
        render(node.body, { value: entry, isInteger: false }, output);
      }
    } else {
      render(node.body, node.kind === 'with' ? value : dot, output);
    }
  }
}

function elements(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value !== null && typeof value === 'object') {
    return Object.keys(value)
      .sort()
      .map(key => Reflect.get(value, key));
  }
  throw new Error("range can't iterate over this value");
}

function evaluate(operand: Operand, dot: Value): Value {
  switch (operand.kind) {
    case 'literal':
      return { value: operand.value, isInteger: operand.isInteger };
    case 'field':
      return operand.path.reduce(field, dot);
    case 'call':
      return call(operand.name, operand.args, dot);
    default:
      throw new Error('unknown operand');
  }
}

function call(name: string, args: Operand[], dot: Value): Value {
  if (name === 'and' || name === 'or') {
    // These stop at the first argument that decides, so that later ones may be impossible.
    let result: Value = { value: undefined, isInteger: false };
    for (const arg of args) {
      result = evaluate(arg, dot);
      if (isTrue(result) === (name === 'or')) return result;
    }
    return result;
  }
  if (args.length === 0) throw new Error(`wrong number of args for ${name}`);
  return FUNCTIONS[name](args.map(arg => evaluate(arg, dot)));
}

function checkFunctions(node: Node): void {
  if (node.kind === 'text') return;
  checkOperand(node.value);
  if (node.kind === 'print') return;
  node.body.forEach(checkFunctions);
  node.otherwise.forEach(checkFunctions);
}

function checkOperand(operand: Operand): void {
  if (operand.kind !== 'call') return;
  if (!Object.hasOwn(FUNCTIONS, operand.name)) {
    throw new Error(`function "${operand.name}" not defined`);
  }
  operand.args.forEach(checkOperand);
}
