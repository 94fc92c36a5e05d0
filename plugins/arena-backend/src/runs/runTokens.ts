import { NotFoundError } from '@backstage/errors';
import { Knex } from 'knex';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Clock } from '../time/Clock';
import { RunRow, RunTokenRow } from './tables';

const TOKEN_BYTES = 32;

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Creates a token of a run and stores its hash. A closed run gets none. */
export async function issueRunToken(
  knex: Knex,
  clock: Clock,
  runId: string,
): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const row = await knex<RunRow>('runs')
    .where({ run_id: runId })
    .first('seq', 'state');
  if (!row) throw new NotFoundError(`Run '${runId}' does not exist`);
  await knex<RunTokenRow>('run_tokens').insert({
    token_hash: hashOf(token),
    run_seq: row.seq,
    created_at: clock.now().getTime(),
    dead: row.state === 'Closed',
  });
  return token;
}

/** The run of a token, dead or alive. */
export async function findRunToken(
  knex: Knex,
  token: string,
): Promise<{ runId: string; dead: boolean } | undefined> {
  const hash = hashOf(token);
  const row = await knex<RunTokenRow>('run_tokens')
    .join<RunRow>('runs', 'runs.seq', 'run_tokens.run_seq')
    .where('run_tokens.token_hash', hash)
    .first('run_id', 'token_hash', 'dead', 'state');
  // The index has found it by hash already. This compares without the time depending on where two hashes differ.
  if (
    !row ||
    !timingSafeEqual(
      Buffer.from(row.token_hash, 'hex'),
      Buffer.from(hash, 'hex'),
    )
  ) {
    return undefined;
  }
  return {
    runId: row.run_id,
    dead: Boolean(row.dead) || row.state === 'Closed',
  };
}

/** Ends all tokens of a run for good, also should the run be opened again. */
export async function killTokens(
  tx: Knex.Transaction,
  runSeq: number,
): Promise<void> {
  await tx<RunTokenRow>('run_tokens')
    .where({ run_seq: runSeq })
    .update({ dead: true });
}
