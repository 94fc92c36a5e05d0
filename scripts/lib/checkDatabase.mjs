import { DATABASES } from '../../tests/chaos/lib/planOf.mjs';

/** @throws {Error} when `--database` names none that there is. */
export function checkDatabase(name) {
  if (DATABASES.includes(name)) return;
  throw new Error(
    `--database: '${name}' is unknown: allowed are ${DATABASES.join(', ')}`,
  );
}
