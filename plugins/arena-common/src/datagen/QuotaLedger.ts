import { JsonObject } from '@backstage/types';
import { DatasetProfile, DatasetQuota } from './DatasetProfile';

const MAX_KIND = 80;

/** A row as quotas see it. @public */
export interface QuotaSubject {
  row: JsonObject;
  persona?: string;
}

/**
 * Counts rows by kind. All quotas of one field, or of personas, share out the rows: what they leave over is for all other values.
 *
 * @public
 */
export class QuotaLedger {
  readonly #count: number;
  readonly #quotas: readonly DatasetQuota[];
  /** Rows of each quota so far. */
  readonly #filled: number[];
  #rows: number;

  constructor(
    profile: Pick<DatasetProfile, 'count' | 'quotas'>,
    so: { rows: number; filled: readonly number[] },
  ) {
    this.#count = profile.count;
    this.#quotas = profile.quotas;
    this.#filled = profile.quotas.map((_, index) => so.filled[index] ?? 0);
    this.#rows = so.rows;
  }

  /** Rows of each quota so far, in the order of the profile. */
  get filled(): readonly number[] {
    return this.#filled;
  }

  /** Why a row is one too many, or undefined when it is not. */
  refusal(subject: QuotaSubject): string | undefined {
    for (const [field, indexes] of this.#fields()) {
      const kind = kindOf(field, subject);
      const own = indexes.find(index => valueOf(this.#quotas[index]) === kind);
      if (own !== undefined) {
        const { count } = this.#quotas[own];
        if (this.#filled[own] >= count) {
          return `${name(field)} "${shortened(
            kind,
          )}": all ${count} rows are there`;
        }
        continue;
      }
      const others =
        this.#rows -
        indexes.reduce((sum, index) => sum + this.#filled[index], 0);
      const room =
        this.#count -
        indexes.reduce((sum, index) => sum + this.#quotas[index].count, 0);
      if (others >= room) {
        return `${name(field)} ${
          kind === undefined ? 'is missing' : `"${shortened(kind)}"`
        }: ${room} rows may be of other kinds than the quotas name`;
      }
    }
    return undefined;
  }

  /** Counts a row that was not refused. */
  add(subject: QuotaSubject): void {
    this.#rows += 1;
    this.#quotas.forEach((quota, index) => {
      if (kindOf(quota.field, subject) === valueOf(quota)) {
        this.#filled[index] += 1;
      }
    });
  }

  #fields(): Map<string | undefined, number[]> {
    const fields = new Map<string | undefined, number[]>();
    this.#quotas.forEach(({ field }, index) => {
      const indexes = fields.get(field);
      if (indexes) indexes.push(index);
      else fields.set(field, [index]);
    });
    return fields;
  }
}

function kindOf(
  field: string | undefined,
  { row, persona }: QuotaSubject,
): string | undefined {
  if (field === undefined) return persona;
  const value = Object.hasOwn(row, field) ? row[field] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function valueOf({ persona, value }: DatasetQuota): string | undefined {
  return persona ?? value;
}

function name(field: string | undefined): string {
  return field === undefined ? 'persona' : `field ${field}`;
}

/** What a model wrote there may be of any length. */
function shortened(kind: string | undefined): string {
  const text = String(kind);
  return text.length > MAX_KIND ? `${text.slice(0, MAX_KIND)}…` : text;
}
