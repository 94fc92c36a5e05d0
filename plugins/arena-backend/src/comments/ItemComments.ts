import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  CommentedCell,
  DiscussedCellsPage,
  ITEM_LABEL_PATTERN,
  ITEM_LABELS,
  ItemComment,
  ItemDiscussion,
  MAX_COMMENT_LENGTH,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { retryWhileBusy, transact } from '../database/transact';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunSeries, SeriesKey } from '../runs/RunSeries';
import { Clock } from '../time/Clock';
import {
  CellKey,
  cellOfItem,
  checkDiscussable,
  parseCellName,
} from './cellOfItem';
import { listDiscussedCells, readLabelledCells } from './listDiscussedCells';
import { CommentSeriesRow, ItemCommentRow, ItemLabelRow } from './tables';

const MAX_COMMENTS_PER_CELL = 200;
const MAX_LABELS_PER_CELL = 20;
const MAX_CELLS_PER_SERIES = 5_000;
const SERIES_CHUNK = 200;

export interface ItemCommentsOptions {
  knex: Knex;
  clock: Clock;
  runs: PlannedRuns;
  series: RunSeries;
}

export type CommentsListener = () => void;

/**
 * Comments and labels of the cells of evaluations. They belong to the job (the one that a schedule started runs of, or that is repeated),
 * so that they are seen again in its later runs, and are kept as long as any run of it.
 */
export class ItemComments {
  private readonly knex: Knex;
  private readonly clock: Clock;
  private readonly runs: PlannedRuns;
  private readonly series: RunSeries;
  private readonly listeners = new Set<CommentsListener>();

  constructor(options: ItemCommentsOptions) {
    this.knex = options.knex;
    this.clock = options.clock;
    this.runs = options.runs;
    this.series = options.series;
  }

  /** Called after each change that is made by this process. */
  onChange(listener: CommentsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async discussion(runId: string, index: number): Promise<ItemDiscussion> {
    const key = cellOfItem(await this.runs.get(runId), index);
    const series = await this.findSeries(await this.series.get(runId));
    return this.read(series?.id, key);
  }

  async cells(
    runId: string,
    page: { limit: number; cursor?: string },
  ): Promise<DiscussedCellsPage> {
    const run = await this.runs.get(runId);
    checkDiscussable(run);
    const series = await this.findSeries(await this.series.get(runId));
    if (!series) return { items: [] };
    return listDiscussedCells(this.knex, {
      ...page,
      seriesId: series.id,
      plan: run.plan,
    });
  }

  /** Cells of a run that have one of these labels. */
  async labelled(
    runId: string,
    labels: readonly string[],
  ): Promise<CommentedCell[]> {
    const run = await this.runs.get(runId);
    checkDiscussable(run);
    const series = await this.findSeries(await this.series.get(runId));
    if (!series) return [];
    return readLabelledCells(this.knex, {
      labels,
      seriesId: series.id,
      plan: run.plan,
    });
  }

  async comment(
    runId: string,
    index: number,
    { text, author }: { text: string; author: string },
  ): Promise<ItemComment> {
    checkText(text);
    return this.change(runId, index, async (tx, seriesId, key) => {
      const [{ count }] = await tx<ItemCommentRow>('item_comments')
        .where({ series_id: seriesId, cell: key.digest })
        .count({ count: '*' });
      if (Number(count) >= MAX_COMMENTS_PER_CELL) {
        throw new ConflictError(
          `The item has ${count} comments: at most ${MAX_COMMENTS_PER_CELL} are allowed; delete some first`,
        );
      }
      const row: ItemCommentRow = {
        id: randomUUID(),
        ...this.cellColumns(seriesId, key, author),
        content: text,
        edited_at: null,
        resolved_at: null,
        resolved_by: null,
      };
      await tx<ItemCommentRow>('item_comments').insert(row);
      return toComment(row, key);
    });
  }

  /**
   * Changes the text, which only its author may, or resolves a comment or opens it again, which everybody may who may comment.
   *
   * @throws NotFoundError, NotAllowedError, InputError
   */
  async update(
    runId: string,
    commentId: string,
    changes: { text?: string; resolved?: boolean },
    user: string,
  ): Promise<ItemComment> {
    if (changes.text !== undefined) checkText(changes.text);
    const row = await this.find(runId, commentId);
    if (changes.text !== undefined && row.author !== user) {
      throw new NotAllowedError(
        `Comment '${commentId}' is by ${row.author}: only they may change its text`,
      );
    }
    const now = this.clock.now().getTime();
    const values: Partial<ItemCommentRow> = {};
    if (changes.text !== undefined && changes.text !== row.content) {
      values.content = changes.text;
      values.edited_at = now;
    }
    if (changes.resolved !== undefined) {
      const isResolved = row.resolved_at !== null;
      if (changes.resolved !== isResolved) {
        values.resolved_at = changes.resolved ? now : null;
        values.resolved_by = changes.resolved ? user : null;
      }
    }
    if (Object.keys(values).length > 0) {
      const changed = await this.touch(row.series_id, tx =>
        tx<ItemCommentRow>('item_comments')
          .where({ id: row.id })
          .update(values),
      );
      if (changed === 0) throw noComment(runId, commentId);
    }
    const scenarioKey = await this.scenarioKeyOf(runId, row);
    return toComment({ ...row, ...values }, { scenarioKey });
  }

  /**
   * Deletes a comment.
   *
   * @param options.ofOthers - whether the user may delete comments of others
   * @throws NotFoundError, NotAllowedError
   */
  async delete(
    runId: string,
    commentId: string,
    options: { user: string; ofOthers: () => Promise<void> },
  ): Promise<void> {
    const row = await this.find(runId, commentId);
    if (row.author !== options.user) await options.ofOthers();
    await this.touch(row.series_id, tx =>
      tx<ItemCommentRow>('item_comments').where({ id: row.id }).delete(),
    );
  }

  /** Puts a label on a cell, or takes it away; nothing when that is so already. */
  async setLabel(
    runId: string,
    index: number,
    options: { label: string; isSet: boolean; author: string },
  ): Promise<ItemDiscussion> {
    const { label, isSet, author } = options;
    if (!ITEM_LABEL_PATTERN.test(label)) {
      throw new InputError(
        `Invalid label '${label.slice(0, 100)}': allowed are ${ITEM_LABELS.join(
          ', ',
        )}, and others of at most 40 lower case letters, digits and single dashes between them`,
      );
    }
    return this.change(runId, index, async (tx, seriesId, key) => {
      const at = { series_id: seriesId, cell: key.digest };
      if (!isSet) {
        await tx<ItemLabelRow>('item_labels')
          .where({ ...at, label })
          .delete();
        return this.read(seriesId, key, tx);
      }
      const labels = await tx<ItemLabelRow>('item_labels')
        .where(at)
        .select('label', 'scenario_key');
      const known = labels.find(row => row.label === label);
      if (!known && labels.length >= MAX_LABELS_PER_CELL) {
        throw new ConflictError(
          `The item has ${labels.length} labels: at most ${MAX_LABELS_PER_CELL} are allowed; remove some first`,
        );
      }
      if (known?.scenario_key !== key.scenarioKey) {
        const row = { ...this.cellColumns(seriesId, key, author), label };
        await tx<ItemLabelRow>('item_labels')
          .insert(row)
          .onConflict(['series_id', 'cell', 'label'])
          .merge();
      }
      return this.read(seriesId, key, tx);
    });
  }

  /** Versions of what is said of the jobs of runs, by id of the run: for the live stream, one or two queries for all watched runs. */
  async versions(runIds: readonly string[]): Promise<Map<string, number>> {
    const versions = new Map<string, number>();
    const seriesOf = await this.series.find(runIds);
    const names = [...seriesOf.values()];
    const bySeries = new Map<string, number>();
    for (let start = 0; start < names.length; start += SERIES_CHUNK) {
      const rows = await this.knex<CommentSeriesRow>('comment_series').whereIn(
        ['cluster', 'namespace', 'series'],
        names
          .slice(start, start + SERIES_CHUNK)
          .map(({ cluster, namespace, series }) => [
            cluster,
            namespace,
            series,
          ]),
      );
      for (const row of rows) bySeries.set(nameOf(row), Number(row.version));
    }
    for (const [runId, key] of seriesOf) {
      versions.set(runId, bySeries.get(nameOf(key)) ?? 0);
    }
    return versions;
  }

  /** Forgets what is said of jobs of which no run is left. Returns of how many. */
  async prune(signal?: AbortSignal): Promise<number> {
    let last = 0;
    let count = 0;
    while (!signal?.aborted) {
      const rows = await this.knex<CommentSeriesRow>('comment_series')
        .where('id', '>', last)
        .orderBy('id')
        .limit(100);
      if (rows.length === 0) break;
      for (const row of rows) {
        last = row.id;
        if (await this.series.isAlive(row)) continue;
        await transact(this.knex, async tx => {
          // SQLite may not enforce foreign keys.
          for (const table of ['item_comments', 'item_labels']) {
            await tx(table).where({ series_id: row.id }).delete();
          }
          await tx('comment_series').where({ id: row.id }).delete();
        });
        count += 1;
      }
    }
    return count;
  }

  /** Does something with a cell, in a transaction that no other change of the job is made beside. */
  private async change<T>(
    runId: string,
    index: number,
    work: (tx: Knex.Transaction, seriesId: number, key: CellKey) => Promise<T>,
  ): Promise<T> {
    const key = cellOfItem(await this.runs.get(runId), index);
    const series = await this.series.get(runId);
    const result = await transact(this.knex, async tx => {
      const [{ id }] = await tx<CommentSeriesRow>('comment_series')
        .insert({ ...series, version: 1 })
        .onConflict(['cluster', 'namespace', 'series'])
        .merge({ version: tx.raw('comment_series.version + 1') as never })
        .returning(['id']);
      await checkCells(tx, id, key);
      return work(tx, id, key);
    });
    this.tell();
    return result;
  }

  /** The same for what is there already. */
  private async touch<T>(
    seriesId: number,
    work: (tx: Knex.Transaction) => PromiseLike<T>,
  ): Promise<T> {
    const result = await transact(this.knex, async tx => {
      await tx<CommentSeriesRow>('comment_series')
        .where({ id: seriesId })
        .increment('version', 1);
      return work(tx);
    });
    this.tell();
    return result;
  }

  private tell(): void {
    this.listeners.forEach(listener => listener());
  }

  private async find(
    runId: string,
    commentId: string,
  ): Promise<ItemCommentRow> {
    const series = await this.findSeries(await this.series.get(runId));
    const row =
      series &&
      (await this.knex<ItemCommentRow>('item_comments')
        .where({ id: commentId, series_id: series.id })
        .first());
    if (!row) throw noComment(runId, commentId);
    return row;
  }

  private async findSeries({
    cluster,
    namespace,
    series,
  }: SeriesKey): Promise<CommentSeriesRow | undefined> {
    return retryWhileBusy(async () =>
      this.knex<CommentSeriesRow>('comment_series')
        .where({ cluster, namespace, series })
        .first(),
    );
  }

  private async read(
    seriesId: number | undefined,
    key: CellKey,
    knex: Knex = this.knex,
  ): Promise<ItemDiscussion> {
    const { cell } = key;
    if (seriesId === undefined) return { cell, labels: [], comments: [] };
    const at = { series_id: seriesId, cell: key.digest };
    const labels = await knex<ItemLabelRow>('item_labels')
      .where(at)
      .orderBy('label');
    const comments = await knex<ItemCommentRow>('item_comments')
      .where(at)
      .orderBy([{ column: 'created_at' }, { column: 'id' }])
      .limit(MAX_COMMENTS_PER_CELL);
    return {
      cell,
      labels: labels.map(row => ({
        label: row.label,
        author: row.author,
        createdAt: toTime(row.created_at),
        outdated: row.scenario_key !== key.scenarioKey,
      })),
      comments: comments.map(row => toComment(row, key)),
    };
  }

  /** Content of the scenario of a comment in a run; undefined when the run does not have it. */
  private async scenarioKeyOf(
    runId: string,
    row: ItemCommentRow,
  ): Promise<string | undefined> {
    const { plan } = await this.runs.get(runId);
    const { scenario } = parseCellName(row.cell_name);
    return plan.scenarios.find(({ id }) => id === scenario)?.key;
  }

  private cellColumns(seriesId: number, key: CellKey, author: string) {
    return {
      series_id: seriesId,
      cell: key.digest,
      cell_name: key.name,
      scenario_key: key.scenarioKey,
      author,
      created_at: this.clock.now().getTime(),
    };
  }
}

/** @throws ConflictError when a cell more would be too many: all of them are read for the matrix of each run. */
async function checkCells(
  tx: Knex.Transaction,
  seriesId: number,
  key: CellKey,
): Promise<void> {
  const counts = [];
  for (const table of ['item_comments', 'item_labels'] as const) {
    const at = { series_id: seriesId };
    const known = await tx(table)
      .where({ ...at, cell: key.digest })
      .first('cell');
    if (known) return;
    const [{ count }] = await tx(table).where(at).countDistinct({
      count: 'cell',
    });
    counts.push(Number(count));
  }
  if (Math.max(...counts) >= MAX_CELLS_PER_SERIES) {
    throw new ConflictError(
      `The job has ${MAX_CELLS_PER_SERIES} items with comments or labels, which is the most that is allowed: remove some first`,
    );
  }
}

function checkText(text: string): void {
  if (text.trim() === '' || text.length > MAX_COMMENT_LENGTH) {
    throw new InputError(
      `Invalid field 'text': it has ${text.length} characters; allowed are 1 to ${MAX_COMMENT_LENGTH}, and not blanks alone`,
    );
  }
}

function toComment(
  row: ItemCommentRow,
  { scenarioKey }: { scenarioKey: string | undefined },
): ItemComment {
  return {
    id: row.id,
    text: row.content,
    author: row.author,
    createdAt: toTime(row.created_at),
    editedAt: row.edited_at === null ? undefined : toTime(row.edited_at),
    resolvedAt: row.resolved_at === null ? undefined : toTime(row.resolved_at),
    resolvedBy: row.resolved_by ?? undefined,
    outdated: row.scenario_key !== scenarioKey,
  };
}

function toTime(value: number | string): string {
  return new Date(Number(value)).toISOString();
}

function nameOf({ cluster, namespace, series }: SeriesKey): string {
  return JSON.stringify([cluster, namespace, series]);
}

function noComment(runId: string, commentId: string): NotFoundError {
  return new NotFoundError(
    `The job of run '${runId}' has no comment '${commentId.slice(0, 100)}'`,
  );
}
