import { createHash } from 'node:crypto';
import { JsonObject } from '@backstage/types';
import { ItemReport, RunPlan } from '@backstage-arena/plugin-arena-common';
import {
  attemptCell,
  attemptSeed,
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
  minHash,
  Provenance,
  Rejection,
  rowText,
} from '@backstage-arena/plugin-arena-common/datagen';

/** The dataset of a run in one process: decides with the same rules as a backend what becomes a row. */
export class LocalDataset {
  readonly #profile: DatasetProfile;
  readonly #plan: RunPlan;
  readonly #tally: DatasetTally;
  readonly #intake: DatasetIntake;
  #cost = 0;

  constructor(options: { profile: DatasetProfile; plan: RunPlan }) {
    const { profile, plan } = options;
    this.#profile = profile;
    this.#plan = plan;
    this.#tally = emptyTally(profile);
    this.#intake = new DatasetIntake({ profile, tally: this.#tally });
  }

  get endedBy(): DatasetEnd | undefined {
    return datasetEnd(this.#profile, this.#tally);
  }

  get tally(): Readonly<DatasetTally> {
    return this.#tally;
  }

  /** @returns the row, if the attempt brought one that was taken; otherwise why not */
  take(report: ItemReport): DatasetRow | Rejection | 'surplus' {
    this.#cost += report.cost;
    const { generated, error } = report;
    const row: JsonObject | undefined =
      generated?.row === undefined ? undefined : JSON.parse(generated.row);
    const verdict: IntakeVerdict = row
      ? this.#intake.offer({
          row,
          hash: createHash('sha256').update(canonicalRow(row)).digest('hex'),
          signature:
            this.#profile.nearDuplicateThreshold === undefined
              ? undefined
              : minHash(rowText(row)),
          persona: generated?.persona,
        })
      : this.#intake.reject(
          generated?.reject ?? {
            reason: 'error',
            message: error?.message ?? report.message ?? 'There is no row',
          },
        );
    this.#intake.mark(Date.now());
    if (verdict.state === 'surplus') return 'surplus';
    if (verdict.state === 'rejected' || !row) return verdict as Rejection;
    return {
      number: verdict.number,
      row,
      ...this.#provenance(report.index, generated?.persona),
      acceptedAt: new Date().toISOString(),
    };
  }

  state(): DatasetState {
    const { filled, ...figures } = this.#tally;
    const { quotas, count, maxAttempts, format, seed } = this.#profile;
    return {
      ...figures,
      phase: 'over',
      count,
      maxAttempts,
      format,
      seed,
      nearDuplicateThreshold: this.#profile.nearDuplicateThreshold,
      quotas: quotas.map((quota, index) => ({
        ...quota,
        rows: filled[index] ?? 0,
      })),
      endedBy: this.endedBy,
      cost: this.#cost,
    };
  }

  #provenance(attempt: number, persona: string | undefined): Provenance {
    const { scenario, provider, region } = attemptCell(this.#plan, attempt);
    return {
      scenario: scenario.id,
      provider: provider.id,
      region,
      ...(persona === undefined ? {} : { persona }),
      attempt,
      seed: attemptSeed(this.#profile.seed, attempt),
    };
  }
}
