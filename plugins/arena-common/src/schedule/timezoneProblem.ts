import { suggest } from '../admission/suggest';

/**
 * Why a text is no IANA time zone, or undefined when it is one.
 *
 * @public
 */
export function timezoneProblem(zone: string): string | undefined {
  // Intl also takes offsets, which know no daylight saving time and which other cron systems refuse.
  if (!/^[+-]/.test(zone) && isKnownToIntl(zone)) {
    return undefined;
  }
  const near = suggest(zone, Intl.supportedValuesOf('timeZone'));
  return `must be an IANA time zone such as UTC or America/New_York${
    near ? `; did you mean ${JSON.stringify(near)}?` : ''
  }`;
}

function isKnownToIntl(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: zone }));
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}
