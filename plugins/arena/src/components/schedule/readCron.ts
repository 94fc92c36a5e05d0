import cronstrue from 'cronstrue';
import 'cronstrue/locales/de';
import { numberLocale } from '../../lib/locale';

/** What a cron line says, in words of the reader's language; undefined when there are none for it, as for `H`. */
export function readCron(line: string): string | undefined {
  const [, , dayOfMonth = '', , dayOfWeek = ''] = line.trim().split(/\s+/);
  try {
    return cronstrue.toString(line, {
      use24HourTimeFormat: true,
      verbose: false,
      locale: numberLocale().split('-')[0],
      // Both are needed when one of them begins with a star; else either is enough.
      logicalAndDayFields: [dayOfMonth, dayOfWeek].some(field =>
        field.startsWith('*'),
      ),
    });
  } catch {
    // It throws texts at what it does not know. The line itself is shown anyway.
    return undefined;
  }
}
