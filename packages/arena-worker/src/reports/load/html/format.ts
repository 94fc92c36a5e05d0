const LOCALE = 'en-GB';

/** What stands where there is no value. */
export const NOTHING = '–';

/** A number with as many digits as somebody who compares needs. */
export function number(value: number | undefined): string {
  if (value === undefined) return NOTHING;
  const digits = Number.isInteger(value) || Math.abs(value) >= 1_000 ? 0 : 2;
  return value.toLocaleString(LOCALE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** A number of a column in which all have two decimals. */
export function decimal(value: number | undefined): string {
  return value === undefined
    ? NOTHING
    : value.toLocaleString(LOCALE, {
        minimumFractionDigits: 2,
        maximumFractionDigits: 2,
      });
}

export function rate(value: number | undefined): string {
  return value === undefined ? NOTHING : `${number(value)}/s`;
}

export function percent(share: number | undefined): string {
  if (share === undefined) return NOTHING;
  const digits = share === 0 || share === 1 ? 0 : 2;
  return `${(share * 100).toFixed(digits)} %`;
}

export function money(value: number | undefined, currency: string): string {
  if (value === undefined) return NOTHING;
  const digits = value !== 0 && value < 1 ? 4 : 2;
  return `${value.toLocaleString(LOCALE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })} ${currency}`;
}

export function bytes(value: number): string {
  return `${number(Math.round(value / 1_048_576))} MiB`;
}

/** A time from the start of the test: `m:ss` or `h:mm:ss`. */
export function clock(ms: number): string {
  const all = Math.round(ms / 1_000);
  const [hours, minutes, seconds] = [
    Math.floor(all / 3_600),
    Math.floor(all / 60) % 60,
    all % 60,
  ];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds)}`
    : `${minutes}:${two(seconds)}`;
}

/** A length of time as one says it: `1 h 5 min`, `30 s`. */
export function span(ms: number): string {
  if (ms < 1_000) return `${number(ms)} ms`;
  const all = ms / 1_000;
  if (all < 60) return `${Number(all.toFixed(1))} s`;
  const seconds = Math.round(all);
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** A moment, in UTC. */
export function moment(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** The load of a stage. */
export function load(
  { from, to }: { from: number; to: number },
  mode: 'open' | 'closed',
): string {
  const unit = mode === 'open' ? '/s' : '';
  return from === to
    ? `${number(to)}${unit}`
    : `${number(from)} → ${number(to)}${unit}`;
}
