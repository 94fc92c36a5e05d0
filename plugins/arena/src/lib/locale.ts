/** Languages that numbers and dates are written in. */
let current: string | undefined;

/** Has what is formatted from now on follow the language of the texts around it, as an app has one for all. */
export function setLocale(locale: string): void {
  current = locale;
}

/** Of numbers: the texts say which; English ones until they do. */
export function numberLocale(): string {
  return current ?? 'en-US';
}

/** Of dates and times. English texts leave it to the browser: readers of English have many ways to write a date. */
export function dateLocale(): string | undefined {
  return current === undefined || current.startsWith('en')
    ? undefined
    : current;
}
