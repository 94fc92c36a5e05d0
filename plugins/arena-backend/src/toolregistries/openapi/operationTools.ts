import {
  foundTool,
  FoundTool,
  MAX_TOOLS,
  MAX_TOOLS_BYTES,
} from '../HandlerKind';
import { argumentsOf } from '../urlTemplate';
import { isObject, References } from './inlineSchema';

type Json = Record<string, unknown>;

/** Where an argument of an operation travels, noted in the schema of the argument; without it, in the body under its own name. */
export const PLACE_KEY = 'x-arena-place';

/** `name` is the parameter's own name, which an argument cannot always have. */
export type ArgumentPlace =
  | { in: 'path' | 'query' | 'header'; name: string }
  | { in: 'body' };

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
/** Headers that an OpenAPI document cannot make parameters of. */
const OWN_HEADERS = ['accept', 'content-type', 'authorization'];
const MAX_NAME = 64;
/** Longest text of a document that is taken apart: a path, an address, the id of an operation. */
const MAX_TEXT = 2_048;
const MAX_PARAMETERS = 256;

/** Makes a tool of each operation, in the order of the document. @throws Error that names the operation. */
export function operationTools(
  document: unknown,
  options: { specUrl: string; baseUrl?: string; filter?: readonly string[] },
): FoundTool[] {
  if (!isObject(document)) throw new Error('it is no OpenAPI document');
  const version = document.openapi ?? document.swagger;
  if (typeof version !== 'string' || !/^3\.[01]\./.test(version)) {
    const shown = /^[\d.]{1,20}$/.test(String(version)) ? version : 'unknown';
    throw new Error(
      `its version is ${JSON.stringify(
        shown,
      )}: allowed are OpenAPI 3.0 and 3.1`,
    );
  }
  const tools: FoundTool[] = [];
  const references = new References(document);
  let bytes = 0;
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    if (path.startsWith('x-')) continue;
    // One that begins otherwise would change the host of the address that it is put behind.
    if (!path.startsWith('/')) throw new Error('a path does not begin with /');
    checkLength('path', path);
    const pathItem = isObject(item) ? references.resolve(item) : {};
    for (const method of METHODS) {
      const operation = pathItem[method];
      if (!isObject(operation)) continue;
      const name = operationName(operation, method, path);
      if (options.filter && !options.filter.includes(name.given)) continue;
      if (tools.length === MAX_TOOLS) {
        throw new Error(
          `it has more than ${MAX_TOOLS} operations: name those to offer in operationFilter`,
        );
      }
      const base =
        options.baseUrl ??
        serverUrl([operation, pathItem, document], options.specUrl);
      try {
        const tool = foundTool({
          name: name.tool,
          description: describe(operation, pathItem),
          ...call({ operation, pathItem, references, method, path, base }),
        });
        bytes += Buffer.byteLength(JSON.stringify(tool));
        if (bytes > MAX_TOOLS_BYTES) {
          throw new Error(
            `with it the tools have more than ${MAX_TOOLS_BYTES} bytes: name those to offer in operationFilter`,
          );
        }
        tools.push(tool);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`operation ${name.given}: ${reason}`);
      }
    }
  }
  const names = new Set(tools.map(({ name }) => name));
  const missing = options.filter?.find(id => !names.has(toolName(id)));
  if (missing) {
    throw new Error(`operationFilter names ${missing}, which it does not have`);
  }
  return tools;
}

function operationName(operation: Json, method: string, path: string) {
  const id = operation.operationId;
  const given =
    typeof id === 'string' && id !== ''
      ? id
      : `${method}${path.replace(/[{}]/g, '')}`;
  checkLength('operationId', given);
  return { given, tool: toolName(given) };
}

function checkLength(what: string, text: string): void {
  if (text.length <= MAX_TEXT) return;
  throw new Error(
    `the ${what} ${text.slice(0, 40)}… has more than ${MAX_TEXT} characters`,
  );
}

function toolName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_-]+/g, '_');
  let start = 0;
  let end = plain.length;
  while (plain[start] === '_') start += 1;
  while (end > start && plain[end - 1] === '_') end -= 1;
  return plain.slice(start, end).slice(0, MAX_NAME);
}

function describe(operation: Json, pathItem: Json): string {
  const texts = [operation.description, operation.summary, pathItem.summary];
  const text = texts.find(entry => typeof entry === 'string' && entry !== '');
  return typeof text === 'string' ? text : '';
}

/** The arguments of an operation and the address that they go to. */
function call(options: {
  operation: Json;
  pathItem: Json;
  references: References;
  method: string;
  path: string;
  base: string;
}): Pick<FoundTool, 'inputSchema' | 'endpoint' | 'status' | 'error'> {
  const { operation, pathItem, references, method } = options;
  const properties: Json = {};
  const required: string[] = [];
  let path = options.path;
  let error: string | undefined;

  for (const parameter of parametersOf(pathItem, operation, references)) {
    const { in: place, name } = parameter;
    if (place === 'header' && OWN_HEADERS.includes(name.toLowerCase()))
      continue;
    if (place !== 'path' && place !== 'query' && place !== 'header') {
      if (parameter.required) error = `it needs the ${place} ${name}`;
      continue;
    }
    const argument = argumentName(name, place, properties);
    properties[argument] = {
      ...schemaOf(parameter, references),
      ...(parameter.description ? { description: parameter.description } : {}),
      [PLACE_KEY]: { in: place, name },
    };
    if (place === 'path') path = path.replaceAll(`{${name}}`, `{${argument}}`);
    if (parameter.required || place === 'path') required.push(argument);
  }

  // Documents forget to declare what their paths name.
  for (const argument of argumentsOf(path)) {
    if (Object.hasOwn(properties, argument)) continue;
    properties[argument] = {
      type: 'string',
      [PLACE_KEY]: { in: 'path', name: argument },
    };
    required.push(argument);
  }

  if (operation.requestBody !== undefined) {
    const body = references.resolve(operation.requestBody);
    const schema = jsonBody(body, references);
    if (schema === undefined) {
      if (body.required) error = 'it takes a body that is not JSON';
    } else addBody(schema, body.required === true, properties, required);
  }
  return {
    inputSchema: {
      type: 'object',
      properties,
      ...(required.length > 0 ? { required } : {}),
    },
    endpoint: `${method.toUpperCase()} ${options.base}${path}`,
    ...(error ? { status: 'Unavailable', error } : { status: 'Available' }),
  };
}

interface Parameter {
  in: string;
  name: string;
  required: boolean;
  description?: string;
  schema: unknown;
}

/** An operation's own parameter takes the place of one of its path. */
function parametersOf(
  pathItem: Json,
  operation: Json,
  references: References,
): Parameter[] {
  const result = new Map<string, Parameter>();
  for (const list of [pathItem.parameters, operation.parameters]) {
    for (const entry of Array.isArray(list) ? list : []) {
      const found = references.resolve(entry);
      const { in: place, name, required, description } = found;
      if (typeof place !== 'string' || typeof name !== 'string') {
        throw new Error('a parameter has no name or no place');
      }
      checkLength('parameter', name);
      if (result.size >= MAX_PARAMETERS) {
        throw new Error(`it has more than ${MAX_PARAMETERS} parameters`);
      }
      result.set(`${place}/${name}`, {
        in: place,
        name,
        required: required === true,
        description: typeof description === 'string' ? description : undefined,
        schema: found.schema ?? mediaSchema(found.content),
      });
    }
  }
  return [...result.values()];
}

function schemaOf(parameter: Parameter, references: References): Json {
  const schema = references.inline(parameter.schema ?? {});
  return isObject(schema) ? schema : {};
}

function mediaSchema(content: unknown): unknown {
  const [media] = isObject(content) ? Object.values(content) : [];
  return isObject(media) ? media.schema : undefined;
}

/** The schema of a JSON body; undefined when it takes none. */
function jsonBody(body: Json, references: References): Json | undefined {
  const content = isObject(body.content) ? body.content : {};
  const type = Object.keys(content).find(name =>
    /^application\/(.+\+)?json(;|$)/i.test(name),
  );
  if (type === undefined) return undefined;
  const media = content[type];
  const schema = references.inline(isObject(media) ? media.schema ?? {} : {});
  return isObject(schema) ? schema : {};
}

/** An object is offered field by field, which models find easier; anything else is one argument. */
function addBody(
  schema: Json,
  isRequired: boolean,
  properties: Json,
  required: string[],
): void {
  const fields = isObject(schema.properties) ? schema.properties : undefined;
  const isPlain =
    fields !== undefined &&
    !['allOf', 'anyOf', 'oneOf', 'not'].some(word => word in schema) &&
    !Object.keys(fields).some(name => Object.hasOwn(properties, name));
  if (!isPlain) {
    const argument = argumentName('body', 'request', properties);
    properties[argument] = { ...schema, [PLACE_KEY]: { in: 'body' } };
    if (isRequired) required.push(argument);
    return;
  }
  Object.assign(properties, fields);
  if (isRequired && Array.isArray(schema.required)) {
    required.push(...schema.required.filter(name => typeof name === 'string'));
  }
}

/** A name that templates can take, and that no other argument has. */
function argumentName(name: string, prefix: string, taken: Json): string {
  const plain = name.replace(/\W/g, '_').replace(/^(?=\d)/, '_');
  if (!Object.hasOwn(taken, plain)) return plain;
  let unique = `${prefix}_${plain}`;
  while (Object.hasOwn(taken, unique)) unique += '_';
  return unique;
}

/** The first server that the most specific level names, relative to the document. */
function serverUrl(levels: Json[], specUrl: string): string {
  const servers = levels.find(
    level => Array.isArray(level.servers) && level.servers.length > 0,
  )?.servers;
  const [server] = Array.isArray(servers) ? servers : [{ url: '/' }];
  const { url, variables } = isObject(server)
    ? server
    : { url: '/', variables: undefined };
  const template = String(url ?? '/');
  checkLength('server', template);
  const filled = template.replace(/\{([^{}]+)\}/g, (_, name) => {
    const variable = isObject(variables) ? variables[name] : undefined;
    return String(isObject(variable) ? variable.default ?? '' : '');
  });
  checkLength('server', filled);
  if (!URL.canParse(filled, specUrl)) {
    throw new Error(`the server ${filled} is no address`);
  }
  const resolved = new URL(filled, specUrl);
  if (!/^https?:$/.test(resolved.protocol)) {
    throw new Error(`the server ${filled} is not reached by http or https`);
  }
  return resolved.href.replace(/\/+$/, '');
}
