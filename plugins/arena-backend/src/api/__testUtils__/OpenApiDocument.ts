import Ajv2020, { ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const FILE = resolve(__dirname, '../../schema/openapi.yaml');
const ID = 'https://arena.backstage.io/openapi';

/** What an operation says of who may call it: `x-permission`. */
export interface OperationPermission {
  /** Names of permissions, all of which it always asks for; by plural of the kind where that makes a difference. */
  needs: string[] | Record<string, string[]>;
  /** Services are refused. */
  users?: boolean;
  /** It takes no token, but a signature. */
  signature?: boolean;
}

interface Operation {
  method: string;
  /** As in the file: `/v1/runs/{runId}`. */
  path: string;
  'x-permission'?: OperationPermission;
  requestBody?: unknown;
  responses: Record<string, { content?: Record<string, unknown> }>;
  pointer: string;
}

/** The description of the REST API, and whether answers are as it says. */
export class OpenApiDocument {
  readonly operations: Operation[] = [];
  private readonly ajv: Ajv2020;
  private readonly root: Record<string, unknown>;

  constructor() {
    this.root = parse(readFileSync(FILE, 'utf8'));
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.ajv);
    this.ajv.addSchema({ $id: ID, ...this.root });
    const paths = this.root.paths as Record<string, Record<string, unknown>>;
    for (const [path, item] of Object.entries(paths)) {
      for (const method of METHODS.filter(name => name in item)) {
        const operation = item[method] as Omit<
          Operation,
          'method' | 'path' | 'pointer'
        >;
        const pointer = `/paths/${escape(path)}/${method}`;
        this.operations.push({ ...operation, method, path, pointer });
      }
    }
  }

  /** A schema of the components. */
  component(name: string): ValidateFunction {
    return this.at(`/components/schemas/${name}`);
  }

  /** Throws when an answer is not as described. Answers to addresses that do not exist need no description. */
  check(
    request: { method: string; path: string },
    answer: { status: number; contentType: string; body: unknown },
  ): void {
    const operation = this.find(request.method, request.path);
    if (!operation) {
      if (answer.status === 404) return;
      throw new Error(`${request.method} ${request.path} is not described`);
    }
    const { status, contentType, body } = answer;
    const key = String(status) in operation.responses ? status : 'default';
    if (key === 'default' && status < 400) {
      throw new Error(
        `${request.method} ${operation.path} answers ${status}, which is not described`,
      );
    }
    if (status === 304 || status === 204) return;
    const { pointer, response } = this.resolve(
      `${operation.pointer}/responses/${key}`,
    );
    const types = Object.keys(response.content ?? {});
    const type = contentType.split(';')[0].trim();
    const described = types.find(name => name === type || name === '*/*');
    if (!described) {
      throw new Error(
        `${request.method} ${operation.path} answers ${status} with ${type}: described are ${types}`,
      );
    }
    if (described === '*/*') return;
    const validate = this.at(`${pointer}/content/${escape(described)}/schema`);
    if (!validate(body)) {
      throw new Error(
        `${request.method} ${
          operation.path
        } answers ${status} with what is not described: ${this.ajv.errorsText(
          validate.errors,
        )}\n${JSON.stringify(body)}`,
      );
    }
  }

  private find(method: string, path: string): Operation | undefined {
    const wanted = method.toLocaleLowerCase('en-US');
    const matches = this.operations.filter(
      operation =>
        operation.method === wanted &&
        new RegExp(`^${operation.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(
          path,
        ),
    );
    // As OpenAPI has it: a path without parameters at the place comes before one with.
    return matches.sort((a, b) => parameters(a) - parameters(b))[0];
  }

  private resolve(pointer: string): {
    pointer: string;
    response: { content?: Record<string, unknown> };
  } {
    const value = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>(
        (at, part) => (at as Record<string, unknown>)[unescape(part)],
        this.root,
      ) as { $ref?: string; content?: Record<string, unknown> };
    return value.$ref
      ? this.resolve(value.$ref.replace('#', ''))
      : { pointer, response: value };
  }

  private at(pointer: string): ValidateFunction {
    const encoded = pointer.split('/').map(encodeURIComponent).join('/');
    const validate = this.ajv.getSchema(`${ID}#${encoded}`);
    if (!validate) throw new Error(`There is no schema at ${pointer}`);
    return validate as ValidateFunction;
  }
}

function parameters(operation: Operation): number {
  return operation.path.split('{').length;
}

function escape(part: string): string {
  return part.replace(/~/g, '~0').replace(/\//g, '~1');
}

function unescape(part: string): string {
  return part.replace(/~1/g, '/').replace(/~0/g, '~');
}
