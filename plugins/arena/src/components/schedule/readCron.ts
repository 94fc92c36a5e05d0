import cronstrue from 'cronstrue';

/** What a cron line says, in words; undefined when there are none for it, as for `H`. */
export function readCron(line: string): string | undefined {
  try {
    return cronstrue.toString(line, {
      use24HourTimeFormat: true,
      verbose: false,
    });
  } catch {
    // It throws texts at what it does not know. The line itself is shown anyway.
    return undefined;
  }
}
