import { Presets, SingleBar } from 'cli-progress';
import { ReportItem, ReportSummary } from '@backstage-arena/arena-engine';
import pc from 'picocolors';
import {
  ItemReport,
  RunBudget,
  RunCellStatistics,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { callerDirectory } from '../cli/paths';
import { relative } from 'node:path';
import { formatCells } from './formatCells';
import { toReportItem } from './toReportItem';

export interface LocalRunResult {
  passed: boolean;
  interrupted: boolean;
  /** Of a run within a budget. */
  budget?: RunBudget & {
    /** A call did not fit into what was left. */
    exhausted: boolean;
    /** Items that were not begun because of that. */
    notRun: number;
  };
  summary: ReportSummary;
  /** Cells with more than one item, as many as there is a use in showing; `more` counts the others. */
  cells: { listed: RunCellStatistics[]; more: number };
  /** True when not all items decide about `passed`. */
  onlyFirstTrialCounts: boolean;
  /** Absolute paths. */
  files: string[];
}

/** Shows a local run to the person who started it. */
export interface RunDisplay {
  start(plan: RunPlan, concurrency: number): void;
  warn(message: string): void;
  item(report: ItemReport): void;
  finish(result: LocalRunResult): void;
  /** Leaves the terminal in order when the run cannot go on. */
  stop(): void;
}

/** Without a terminal, progress is told at most this often. */
const LINE_INTERVAL_MS = 5_000;

class QuietDisplay implements RunDisplay {
  start(): void {}
  warn(message: string): void {
    process.stderr.write(`warning: ${message}\n`);
  }
  item(): void {}
  finish(): void {}
  stop(): void {}
}

class TextDisplay implements RunDisplay {
  readonly #colors = pc.createColors(
    pc.isColorSupported && process.stdout.isTTY,
  );
  readonly #bar: SingleBar | undefined;
  #plan?: RunPlan;
  #done = 0;
  #failed = 0;
  #lastLineAt = performance.now();

  constructor() {
    if (process.stdout.isTTY) {
      this.#bar = new SingleBar(
        {
          format:
            '{bar} {value}/{total} | {failed} not passed | {eta_formatted}',
          stream: process.stdout,
          hideCursor: true,
        },
        Presets.shades_classic,
      );
    }
  }

  start(plan: RunPlan, concurrency: number): void {
    const { total } = plan;
    this.#plan = plan;
    this.#write(
      `Running ${total} ${total === 1 ? 'item' : 'items'}, ${Math.min(
        concurrency,
        total,
      )} at a time`,
    );
    this.#bar?.start(total, 0, { failed: 0 });
  }

  warn(message: string): void {
    this.#write(`${this.#colors.yellow('warning:')} ${message}`);
  }

  item(report: ItemReport): void {
    this.#done += 1;
    if (this.#plan && report.status !== 'passed') {
      this.#failed += 1;
      this.#write(this.#describe(toReportItem(this.#plan, report)));
    }
    if (this.#bar) {
      this.#bar.update(this.#done, { failed: this.#failed });
      return;
    }
    const now = performance.now();
    if (now - this.#lastLineAt >= LINE_INTERVAL_MS) {
      this.#lastLineAt = now;
      this.#write(
        `${this.#done}/${this.#plan?.total} done, ${this.#failed} not passed`,
      );
    }
  }

  finish(result: LocalRunResult): void {
    this.stop();
    const { summary, interrupted, budget } = result;
    const { green, red, bold } = this.#colors;
    if (interrupted) {
      this.#write(
        red(
          `Interrupted: ${this.#done} of ${
            this.#plan?.total
          } items have a result`,
        ),
      );
    }
    if (budget?.exhausted) {
      this.#write(
        red(
          `The budget of ${budget.limit} ${budget.currency} is used up: ${budget.notRun} items were not run`,
        ),
      );
    }
    const counts = [
      green(`${summary.passed} passed`),
      summary.failed > 0 ? red(`${summary.failed} failed`) : '0 failed',
      summary.errored > 0 ? red(`${summary.errored} errored`) : '0 errored',
    ];
    this.#write(
      `${bold('Result:')} ${counts.join(', ')} (${(
        summary.passRate * 100
      ).toFixed(1)} %)`,
    );
    this.#write(
      `Tokens: ${summary.inputTokens} in, ${
        summary.outputTokens
      } out, cost: ${summary.cost.toFixed(6)}`,
    );
    this.#showCells(result);
    const folder = callerDirectory();
    for (const file of result.files) {
      const short = relative(folder, file);
      this.#write(`Written: ${short.startsWith('..') ? file : short}`);
    }
  }

  stop(): void {
    this.#bar?.stop();
  }

  #showCells({ cells, onlyFirstTrialCounts, summary }: LocalRunResult): void {
    if (cells.listed.length === 0) return;
    this.#write(`\n${formatCells(cells.listed)}`);
    if (cells.more > 0) this.#write(`... and ${cells.more} more cells`);
    const { classes } = summary;
    if (classes) {
      this.#write(
        `Cells: ${classes.stable} stable, ${classes.flaky} flaky, ${classes.broken} broken`,
      );
    }
    if (onlyFirstTrialCounts) {
      this.#write(
        'Only the first trial of each cell decides the exit status; with --strict all do',
      );
    }
    this.#write('');
  }

  #describe(row: ReportItem): string {
    const axes = [
      row.region === 'default' ? undefined : row.region,
      row.variant > 0 ? `variant ${row.variant}` : undefined,
      row.trial > 0 ? `trial ${row.trial}` : undefined,
    ].filter(Boolean);
    const reason = row.message ?? row.error?.message ?? '';
    return `${this.#colors.red(row.status)} ${row.scenario} / ${row.provider}${
      axes.length > 0 ? ` (${axes.join(', ')})` : ''
    }${reason ? `: ${reason.split('\n')[0]}` : ''}`;
  }

  /** Above the bar, when there is one. */
  #write(line: string): void {
    if (this.#bar?.isActive && process.stdout.isTTY) {
      process.stdout.clearLine(0);
      process.stdout.cursorTo(0);
    }
    process.stdout.write(`${line}\n`);
  }
}

/** A progress bar on a terminal, plain lines otherwise. */
export function createRunDisplay(options: { quiet: boolean }): RunDisplay {
  if (options.quiet) return new QuietDisplay();
  return new TextDisplay();
}
