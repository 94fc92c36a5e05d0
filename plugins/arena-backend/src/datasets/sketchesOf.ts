import { Sketches } from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { signatureOf } from './signatures';
import { RunRowRow } from './tables';

const PAGE = 5_000;

/** Of the runs that are in use, as far as they were read: rows do not change, and have numbers without gaps. */
const known = new WeakMap<PlannedRun, Sketches>();

/**
 * Sketches of all rows of a run: those that are new since the last time are read. The run must be locked, and the transaction must not have added
 * rows yet: one that is undone would leave rows behind that are none.
 */
export async function sketchesOf(
  tx: Knex.Transaction,
  run: PlannedRun,
): Promise<Sketches> {
  let sketches = known.get(run);
  if (!sketches) {
    sketches = new Sketches();
    known.set(run, sketches);
  }
  for (;;) {
    const rows = await tx<RunRowRow>('run_rows')
      .where({ run_seq: run.seq })
      .andWhere('number', '>=', sketches.size)
      .orderBy('number')
      .limit(PAGE)
      .select('number', 'sketch');
    for (const { number, sketch } of rows) {
      if (!sketch || Number(number) !== sketches.size) {
        throw new Error(
          `Row ${number} of run '${run.runId}' stands where row ${sketches.size} with its embedding was due`,
        );
      }
      sketches.add(signatureOf(sketch));
    }
    if (rows.length < PAGE) return sketches;
  }
}
