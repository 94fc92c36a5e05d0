// Below these, the names of fields are those of tools and checks.
const FREE_KEYS = new Set(['arguments', 'params']);

// Words of the format itself. A secret that happens to be one of them is not given away by them.
const STRUCTURAL_KEYS = new Set(['role', 'level', 'class', 'direction']);

// Names of the fields of a transcript. Replacing one would make it another format; the names of other fields come from the bundle.
const FORMAT_KEYS = new Set(
  [
    'version scenario provider region variant trial messages checks error truncated',
    'role content toolCalls toolResult turn latencyMs ttftMs inputTokens outputTokens cost finishReason validations',
    'id name arguments type level passed skipped score explanation message params direction class retryable',
  ].flatMap(names => names.split(' ')),
);

/** The same JSON value with its texts, numbers and names of fields replaced, but for what makes it a transcript. */
export function replaceStrings(
  value: unknown,
  replace: (text: string) => string,
  isFree = false,
): unknown {
  if (typeof value === 'string') return replace(value);
  if (typeof value === 'number') {
    const text = replace(String(value));
    return text === String(value) ? value : text;
  }
  if (Array.isArray(value)) {
    return value.map(element => replaceStrings(element, replace, isFree));
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, element]) =>
        STRUCTURAL_KEYS.has(key) && typeof element === 'string' && !isFree
          ? [key, element]
          : [
              FORMAT_KEYS.has(key) ? key : replace(key),
              replaceStrings(element, replace, isFree || FREE_KEYS.has(key)),
            ],
      ),
    );
  }
  return value;
}

/** The same for the text of a JSON value. What is no JSON is replaced as it is: nothing can be broken by that. */
export function replaceInJson(
  json: string,
  replace: (text: string) => string,
): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return replace(json);
  }
  return JSON.stringify(replaceStrings(value, replace));
}
