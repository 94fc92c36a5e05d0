import cronstrue from 'cronstrue';

/** What a cron line says, in words; undefined when there are none for it, as for `H`. */
export function readCron(line: string): string | undefined {
  const [, , dayOfMonth = '', , dayOfWeek = ''] = line.trim().split(/\s+/);
  try {
    return cronstrue.toString(line, {
      use24HourTimeFormat: true,
      verbose: false,
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
