import { JsonObject, JsonValue } from '@backstage/types';
import { LogHistogram } from '../statistics/LogHistogram';
import { rowText } from './canonicalRow';
import { DatasetRow, DatasetState } from './DatasetState';
import { RejectReason } from './RejectReason';

/** Fields beyond this number are not looked at one by one. */
const MAX_FIELDS = 200;
/** A field with more different values than this has none that are counted. */
const MAX_VALUES = 50;
const MAX_VALUE_LENGTH = 80;

/** Lengths of the texts of rows, in characters. Percentiles are within half a percent. @public */
export interface LengthSummary {
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** A top-level field of the rows. @public */
export interface FieldCoverage {
  /** Rows that have it. */
  rows: number;
  /** Rows by value; absent when there are more than 50 different ones, or they are no short texts, numbers or truth values. */
  values?: Record<string, number>;
}

/** What a dataset consists of: `coverage.json`. @public */
export interface DatasetCoverageReport {
  version: 1;
  count: number;
  rows: number;
  attempts: number;
  surplus: number;
  unfinished: number;
  rejects: Partial<Record<RejectReason, number>>;
  /** Exact and near-duplicates among all attempts, from 0 to 1. */
  duplicateRate: number;
  /** Absent when it was cancelled or failed. */
  endedBy?: DatasetState['endedBy'];
  quotas: DatasetState['quotas'];
  /** In the currency of the providers' prices. */
  cost: number;
  /** Absent without rows. */
  length?: LengthSummary;
  fields: Record<string, FieldCoverage>;
  /** Rows of each. */
  scenarios: Record<string, number>;
  providers: Record<string, number>;
  personas: Record<string, number>;
}

interface Field {
  rows: number;
  values?: Map<string, number>;
}

/**
 * Gathers what a dataset consists of, row by row, in memory that does not grow with the rows.
 *
 * @public
 */
export class DatasetCoverage {
  readonly #lengths = new LogHistogram();
  readonly #fields = new Map<string, Field>();
  readonly #scenarios = new Map<string, number>();
  readonly #providers = new Map<string, number>();
  readonly #personas = new Map<string, number>();
  #rows = 0;
  #sum = 0;
  #min = Infinity;
  #max = 0;

  add({ row, scenario, provider, persona }: DatasetRow): void {
    const { length } = rowText(row);
    this.#rows += 1;
    this.#sum += length;
    this.#min = Math.min(this.#min, length);
    this.#max = Math.max(this.#max, length);
    this.#lengths.add(length);
    this.#addFields(row);
    count(this.#scenarios, scenario);
    count(this.#providers, provider);
    if (persona !== undefined) count(this.#personas, persona);
  }

  report(state: DatasetState): DatasetCoverageReport {
    const { attempts, rejects } = state;
    const duplicates = (rejects.duplicate ?? 0) + (rejects.nearDuplicate ?? 0);
    return {
      version: 1,
      count: state.count,
      rows: this.#rows,
      attempts,
      surplus: state.surplus,
      unfinished: state.unfinished,
      rejects,
      duplicateRate: attempts > 0 ? duplicates / attempts : 0,
      endedBy: state.endedBy,
      quotas: state.quotas,
      cost: state.cost,
      length: this.#length(),
      fields: Object.fromEntries(
        [...this.#fields].map(([name, { rows, values }]) => [
          name,
          { rows, ...(values && { values: inOrder(values) }) },
        ]),
      ),
      scenarios: inOrder(this.#scenarios),
      providers: inOrder(this.#providers),
      personas: inOrder(this.#personas),
    };
  }

  #length(): LengthSummary | undefined {
    if (this.#rows === 0) return undefined;
    const at = (level: number) => Math.max(1, Math.ceil(level * this.#rows));
    const [p50, p90, p99] = this.#lengths
      .valuesAt([at(0.5), at(0.9), at(0.99)])
      .map(value =>
        Math.round(Math.min(this.#max, Math.max(this.#min, value))),
      );
    const mean = Math.round((this.#sum / this.#rows) * 10) / 10;
    return { min: this.#min, mean, p50, p90, p99, max: this.#max };
  }

  #addFields(row: JsonObject): void {
    for (const [name, value] of Object.entries(row)) {
      let field = this.#fields.get(name);
      if (!field) {
        if (this.#fields.size >= MAX_FIELDS) continue;
        field = { rows: 0, values: new Map() };
        this.#fields.set(name, field);
      }
      field.rows += 1;
      if (!field.values) continue;
      const text = shortText(value);
      if (text === undefined) {
        field.values = undefined;
      } else {
        count(field.values, text);
        if (field.values.size > MAX_VALUES) field.values = undefined;
      }
    }
  }
}

function shortText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  const text = String(value);
  return text.length > MAX_VALUE_LENGTH ? undefined : text;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The most frequent first. */
function inOrder(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
