import { createHash } from 'node:crypto';
import { JsonObject } from '@backstage/types';
import { RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  attemptCell,
  canonicalRow,
  datasetEnd,
  DatasetEnd,
  DatasetIntake,
  DatasetProfile,
  DatasetRow,
  DatasetState,
  DatasetTally,
  emptyTally,
  IntakeVerdict,
  provenanceOf,
  RowCandidate,
  rowCandidate,
} from '@backstage-arena/plugin-arena-common/datagen';
import { FinishedAttempt } from './DatasetJournal';
import { KnownRows } from './KnownRows';

/** The dataset of a run in one process: decides with the same rules as a backend what becomes a row. */
export class LocalDataset {
  readonly #profile: DatasetProfile;
  readonly #plan: RunPlan;
  readonly #tally: DatasetTally;
  readonly #known: KnownRows;
  #cost = 0;
  /** Milliseconds since 1970. */
  #at = 0;
  #isSpent = false;

  /** @param options.directory - exists; for what is too large for the memory */
  constructor(options: {
    profile: DatasetProfile;
    plan: RunPlan;
    directory: string;
  }) {
    const { profile, plan, directory } = options;
    this.#profile = profile;
    this.#plan = plan;
    this.#tally = emptyTally(profile);
    this.#known = new KnownRows({ profile, directory });
  }

  get endedBy(): DatasetEnd | undefined {
    return (
      datasetEnd(this.#profile, this.#tally) ??
      (this.#isSpent ? 'budget' : undefined)
    );
  }

  get tally(): Readonly<DatasetTally> {
    return this.#tally;
  }

  /** In the currency of the providers' prices. */
  get cost(): number {
    return this.#cost;
  }

  /** Decides what becomes of an attempt. @returns its row, if it is one of the dataset */
  take(finished: FinishedAttempt): DatasetRow | undefined {
    const { attempt, generated, cost } = finished;
    const candidate = this.#candidateOf(generated);
    const intake = this.#intake();
    if (candidate) this.#known.tell(intake, candidate);
    const verdict = offer(intake, generated, candidate);
    if (verdict === 'unfinished') this.#isSpent = true;
    this.#cost += cost;
    // An attempt before it may have been over later.
    this.#at = Math.max(this.#at, finished.at);
    intake.mark(this.#at);
    if (verdict === 'unfinished' || verdict.state !== 'accepted')
      return undefined;
    if (!candidate)
      throw new Error(`Attempt ${attempt} was taken without a row`);
    this.#known.add(candidate, verdict.number);
    return {
      number: verdict.number,
      row: candidate.row,
      ...this.#provenance(attempt, candidate.persona),
      acceptedAt: new Date(this.#at).toISOString(),
    };
  }

  /** Attempts that were cut off, of which nothing is known. */
  leave(attempts: number): void {
    this.#intake().leave(attempts);
  }

  state(): DatasetState {
    const { filled, ...figures } = this.#tally;
    const {
      quotas,
      budgetLimit,
      budgetCurrency: currency,
      ...profile
    } = this.#profile;
    return {
      ...figures,
      phase: 'over',
      count: profile.count,
      maxAttempts: profile.maxAttempts,
      format: profile.format,
      seed: profile.seed,
      nearDuplicateThreshold: profile.nearDuplicateThreshold,
      nearDuplicateEmbedding: profile.nearDuplicateEmbedding,
      columns: profile.columns,
      quotas: quotas.map((quota, index) => ({
        ...quota,
        rows: filled[index] ?? 0,
      })),
      endedBy: this.endedBy,
      cost: this.#cost,
      budget:
        budgetLimit === undefined
          ? undefined
          : { limit: budgetLimit, currency },
    };
  }

  close(): void {
    this.#known.close();
  }

  /** One for each attempt: it holds no rows but those that it is told of. */
  #intake(): DatasetIntake {
    return new DatasetIntake({ profile: this.#profile, tally: this.#tally });
  }

  #candidateOf(
    generated: FinishedAttempt['generated'],
  ): RowCandidate | undefined {
    return generated?.row === undefined
      ? undefined
      : this.#candidate({ ...generated, row: JSON.parse(generated.row) });
  }

  #candidate(options: {
    row: JsonObject;
    persona?: string;
    embedding?: string;
  }): RowCandidate {
    const { row, persona, embedding } = options;
    return rowCandidate(
      {
        row,
        persona,
        hash: createHash('sha256').update(canonicalRow(row)).digest('hex'),
        embedding:
          embedding === undefined
            ? undefined
            : new Int8Array(Buffer.from(embedding, 'base64')),
      },
      this.#profile,
    );
  }

  #provenance(attempt: number, persona: string | undefined) {
    return provenanceOf(
      attemptCell(this.#plan, attempt),
      this.#profile,
      persona,
    );
  }
}

function offer(
  intake: DatasetIntake,
  generated: FinishedAttempt['generated'],
  candidate: RowCandidate | undefined,
): IntakeVerdict | 'unfinished' {
  if (generated?.unfinished) {
    intake.leave(1);
    return 'unfinished';
  }
  if (candidate) return intake.offer(candidate);
  return intake.reject(generated?.reject ?? { reason: 'error', message: '' });
}
