import { GoneError } from '@backstage-arena/plugin-arena-node';
import { ChangeRow, ChangeSelection } from './operations/readChanges';

export interface ChangeTailOptions {
  /** Reads all changes after a version, up to and with another. @throws GoneError when some are forgotten */
  load(after: number, until: number): Promise<ChangeRow[]>;
  maxRows?: number;
  maxBytes?: number;
}

function matches(row: ChangeRow, selection: ChangeSelection): boolean {
  const { kind, namespace } = selection;
  const wanted =
    kind === 'all and events' ||
    (kind === 'all' ? row.kind !== 'Event' : row.kind === kind);
  return wanted && (namespace === undefined || row.namespace === namespace);
}

/**
 * The newest changes in memory, so that a change is read once for all who follow, be they a thousand streams. Who is further behind
 * reads from the database.
 */
export class ChangeTail {
  readonly #options: Required<ChangeTailOptions>;
  /** Without a gap, all changes after `#start`, up to and with `#end`. */
  #rows: ChangeRow[] = [];
  #start = 0;
  #end = 0;
  #loading: Promise<void> | undefined;

  constructor(options: ChangeTailOptions) {
    this.#options = { maxRows: 1_000, maxBytes: 8 * 1024 * 1024, ...options };
  }

  /** Changes that match, the first of them if there are many. Undefined when they are too old to be here. */
  async read(
    selection: ChangeSelection & {
      after: number;
      until: number;
      limit: number;
    },
  ): Promise<ChangeRow[] | undefined> {
    const { after, until, limit } = selection;
    while (until > this.#end) {
      this.#loading ??= this.#extend(until).finally(() => {
        this.#loading = undefined;
      });
      await this.#loading;
    }
    if (after < this.#start) {
      return undefined;
    }
    const found: ChangeRow[] = [];
    // From the end: who follows wants the last few of many.
    let first = this.#rows.length;
    while (first > 0 && this.#versionAt(first - 1) > after) {
      first--;
    }
    for (let i = first; i < this.#rows.length && found.length < limit; i++) {
      if (this.#versionAt(i) > until) {
        break;
      }
      if (matches(this.#rows[i], selection)) {
        found.push(this.#rows[i]);
      }
    }
    return found;
  }

  #versionAt(index: number): number {
    return Number(this.#rows[index].resource_version);
  }

  async #extend(until: number): Promise<void> {
    if (until - this.#end > this.#options.maxRows) {
      this.#beginAt(until);
      return;
    }
    let rows: ChangeRow[];
    try {
      rows = await this.#options.load(this.#end, until);
    } catch (error) {
      if (!(error instanceof GoneError)) {
        throw error;
      }
      this.#beginAt(until);
      return;
    }
    this.#rows = this.#rows.concat(rows);
    this.#end = until;
    this.#trim();
  }

  #beginAt(version: number): void {
    this.#rows = [];
    this.#start = version;
    this.#end = version;
  }

  #trim(): void {
    const { maxRows, maxBytes } = this.#options;
    let bytes = 0;
    let keep = 0;
    while (keep < Math.min(this.#rows.length, maxRows)) {
      bytes += this.#rows[this.#rows.length - 1 - keep].document.length;
      if (bytes > maxBytes) {
        break;
      }
      keep++;
    }
    const drop = this.#rows.length - keep;
    if (drop > 0) {
      this.#start = this.#versionAt(drop - 1);
      this.#rows = this.#rows.slice(drop);
    }
  }
}
