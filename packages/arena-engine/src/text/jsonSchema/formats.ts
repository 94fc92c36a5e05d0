import { isIPv4, isIPv6 } from 'node:net';
import { byteLength } from '../goText';
import { compilePattern } from '../regex';

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const UUID = /^[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12}$/i;
const POINTER = '(?:/(?:[^~/]|~0|~1)*)*';
const JSON_POINTER = new RegExp(`^${POINTER}$`);
const RELATIVE_POINTER = new RegExp(`^(?:0|[1-9][0-9]*)(?:#|${POINTER})$`);

const CLOCK = '([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?';
const ZONE = '(?:Z|[+-]([0-9]{2}):([0-9]{2}))';
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const TIME = new RegExp(`^${CLOCK}${ZONE}?$`);
const DATE_TIME = new RegExp(`^([0-9-]{10})T(${CLOCK}${ZONE})$`);

const WORD = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10ffff}-]+";
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const ADDRESS = `(?:${WORD}(?:\\.${WORD})*|${QUOTED})@(?:${WORD}(?:\\.${WORD})*|\\[[^\\[\\]\\\\]+\\])`;
const EMAIL = new RegExp(
  `^\\s*(?:${ADDRESS}|(?:(?:${WORD}|${QUOTED}|[. \\t])*\\s)?<${ADDRESS}>)\\s*$`,
  'u',
);

/** Tests by name of format. Formats that are not here hold for every text. */
export const FORMATS = new Map<string, (text: string) => boolean>([
  ['date', isDate],
  ['time', isTime],
  // A date or a time alone will do.
  ['date-time', text => isDate(text) || isTime(text) || isDateTime(text)],
  ['email', text => EMAIL.test(text)],
  ['idn-email', text => EMAIL.test(text)],
  ['hostname', text => HOSTNAME.test(text) && byteLength(text) < 256],
  ['ipv4', text => isAddress(text) && text.includes('.')],
  ['ipv6', text => isAddress(text) && text.includes(':')],
  ['uri', text => isReference(text) && /^[a-z][a-z0-9+.-]*:/i.test(text)],
  ['iri', text => isReference(text) && /^[a-z][a-z0-9+.-]*:/i.test(text)],
  ['uri-reference', isReference],
  ['iri-reference', isReference],
  ['uri-template', isTemplate],
  ['uuid', text => UUID.test(text)],
  ['regex', text => typeof compilePattern(text) !== 'string'],
  ['json-pointer', text => JSON_POINTER.test(text)],
  ['relative-json-pointer', text => RELATIVE_POINTER.test(text)],
]);

function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= days(year, month);
}

function days(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function isTime(text: string): boolean {
  const found = TIME.exec(text);
  if (!found) return false;
  const [, hour, minute, second, zoneHour, zoneMinute] = found.map(part =>
    Number(part ?? 0),
  );
  return (
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    zoneHour <= 24 &&
    zoneMinute <= 60
  );
}

function isDateTime(text: string): boolean {
  const found = DATE_TIME.exec(text);
  return found !== null && isDate(found[1]) && isTime(found[2]);
}

function isAddress(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes('%'));
}

/** A URI or a relative reference, as far as a parser of addresses looks at them. */
function isReference(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are what it looks for
  if (/[\x00-\x1f\x7f\\]/.test(text)) return false;
  const [beforeFragment, fragment = ''] = splitAt(text, '#');
  if (!hasGoodEscapes(fragment)) return false;
  const scheme = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(beforeFragment);
  const [path] = splitAt(scheme ? scheme[2] : beforeFragment, '?');
  if (!scheme && (path.startsWith(':') || /^[^/]*:/.test(path))) return false;
  // What has a scheme and no slash is opaque.
  if (scheme && !path.startsWith('/')) return true;
  if (!path.startsWith('//') || path.startsWith('///')) {
    return hasGoodEscapes(path);
  }
  const [authority, rest = ''] = splitAt(path.slice(2), '/');
  return isAuthority(authority) && hasGoodEscapes(rest);
}

function splitAt(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function hasGoodEscapes(text: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(text);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  const host = authority.slice(at + 1);
  return (
    /^[a-z0-9\-._:~!$&'()*+,;=%@]*$/i.test(user) &&
    hasGoodEscapes(user) &&
    (/^\[[^\]%]*(?:%25[^\]]*)?\](?::[0-9]*)?$/.test(host) ||
      /^[^\s[\]^`{|}%:]*(?::[0-9]*)?$/.test(host))
  );
}

function isTemplate(text: string): boolean {
  const [path] = text.split(/[?#]/);
  return isReference(text) && /^(?:[^{]|\{[^}]*\})*$/.test(path);
}
