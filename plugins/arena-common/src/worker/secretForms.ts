/** How often a text may be written as JSON within JSON. */
const JSON_LEVELS = 3;

const HTML: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * All texts in which secrets may travel: each as it is, as JSON (also within JSON), in addresses and forms, in Base64 wherever it
 * stands in what was encoded, as HTML, and between single quotes of a shell. The longest first: of two secrets, one of which begins with the
 * other, nothing must remain.
 *
 * @public
 */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = new Set(secrets.flatMap(secret => [...formsOf(secret)]));
  forms.delete('');
  return [...forms].sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): Set<string> {
  const bytes = new TextEncoder().encode(secret);
  const forms = new Set<string>();
  const quoted = secret.replaceAll("'", "'\\''");
  for (const json of [...jsonForms(secret), ...jsonForms(quoted)]) {
    forms.add(json);
    // Some writers escape the slash as well.
    forms.add(json.replaceAll('/', '\\/'));
  }
  for (const form of addressForms(bytes)) forms.add(form);
  for (const form of base64Forms(bytes)) {
    for (const each of [form, form.replace(/=+$/, '')]) {
      forms.add(each);
      forms.add(each.replaceAll('+', '-').replaceAll('/', '_'));
      forms.add(encodeURIComponent(each));
    }
  }
  forms.add(secret.replace(/[&<>"']/g, char => HTML[char]));
  forms.add(secret.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`));
  return forms;
}

function* jsonForms(secret: string): Generator<string> {
  let form = secret;
  for (let level = 0; level <= JSON_LEVELS; level++) {
    yield form;
    form = JSON.stringify(form).slice(1, -1);
  }
  // Everything beyond ASCII may be escaped, as Python does.
  yield JSON.stringify(secret)
    .slice(1, -1)
    .replace(
      /[\u007f-\uffff]/g,
      char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** Percent-encoded: which characters are left as they are, how a blank is written, and the case of the digits differ. */
function* addressForms(bytes: Uint8Array): Generator<string> {
  // Halves of characters cannot be part of an address.
  const uri = encodeURIComponent(new TextDecoder().decode(bytes));
  // Which marks are written as digits as well: none, those of RFC 3986, those of HTML's forms, all.
  for (const marks of [/(?!)/g, /[!'()*]/g, /[!'()~]/g, /[!'()*~]/g]) {
    const form = uri.replace(
      marks,
      char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    for (const cased of new Set([form, lowerCaseDigits(form)])) {
      yield cased;
      yield cased.replaceAll('%20', '+');
    }
  }
}

function lowerCaseDigits(form: string): string {
  return form.replace(/%[0-9A-F]{2}/g, digits => digits.toLowerCase());
}

/**
 * Base64 depends on where in the encoded text the secret begins: `user:secret` has none of the characters of `secret` alone. These are
 * the characters that hold nothing of the neighbours, for each of the three places, and the whole where there are no neighbours.
 */
function* base64Forms(bytes: Uint8Array): Generator<string> {
  yield base64(bytes);
  for (const before of [0, 1, 2]) {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const bits = 8 * padded.length;
    yield base64(padded).slice(
      Math.ceil((8 * before) / 6),
      Math.floor(bits / 6),
    );
  }
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
