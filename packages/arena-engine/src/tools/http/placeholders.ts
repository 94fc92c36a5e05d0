import { ToolError } from '../ToolHandler';

const PLACEHOLDER = /\{\{-?\s*\.([A-Za-z_][\w.]*)\s*-?\}\}/g;
const DOT_SEGMENT = /(?:^|[/\\])(?:\.|%2e){1,2}(?=[/\\?#]|$)/i;

/** An argument as text: as it would be typed. */
export function argumentText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

/** Arguments that a template names. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(
    ([, path]) => path.split('.')[0],
  );
}

/**
 * Replaces each `{{.argument}}`.
 *
 * @throws ToolError when an argument is missing, or the template holds anything else in double braces.
 */
export function fillIn(
  template: string,
  args: Record<string, unknown>,
  from: string,
  encode: (text: string) => string = text => text,
): string {
  const rest = template.replace(PLACEHOLDER, '');
  if (rest.includes('{{')) {
    throw new ToolError(
      `${from} is "${template}": allowed in double braces is {{.argument}} alone`,
    );
  }
  return template.replace(PLACEHOLDER, (_, path: string) => {
    const value = valueAt(args, path.split('.'));
    if (value === undefined || value === null) {
      throw new ToolError(`${from} needs the argument ${path}`);
    }
    return encode(argumentText(value));
  });
}

/**
 * Fills in an address. Arguments come from a model: they are encoded, and cannot lead to another path than the one which
 * the author wrote.
 */
export function fillInUrl(
  template: string,
  args: Record<string, unknown>,
): URL {
  const text = fillIn(template, args, 'http.url', encodeURIComponent);
  const path = pathOf(text);
  if (DOT_SEGMENT.test(path) && !DOT_SEGMENT.test(pathOf(template))) {
    throw new ToolError(
      `an argument of http.url is a step to another folder ("." or ".."): ${text}`,
    );
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ToolError(`http.url is "${text}": that is no address`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ToolError(
      `http.url is "${text}": allowed are http and https addresses`,
    );
  }
  return url;
}

/** What follows the host, without query. */
function pathOf(url: string): string {
  const [, rest = ''] = /^[a-z]+:\/\/[^/]*(.*)$/is.exec(url) ?? [];
  return rest.split(/[?#]/)[0];
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    args,
  );
}
