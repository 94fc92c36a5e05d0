import { CheckResult } from '@backstage-arena/plugin-arena-common';
import { AssertionSpec } from '../bundle/schemas/common';
import { CheckInput, PrepareOptions } from './Check';
import {
  CompiledCheck,
  compileCheck,
  compileWhen,
  judge,
} from './CompiledCheck';

interface Entry {
  check: CompiledCheck;
  isDue: ReturnType<typeof compileWhen>;
}

/** The checks of one turn or of the whole conversation, compiled once for all items. */
export class CheckSet {
  private readonly entries: Entry[];

  constructor(
    private readonly level: CheckResult['level'],
    specs: readonly AssertionSpec[],
    private readonly options: PrepareOptions,
  ) {
    this.entries = specs.map(spec => ({
      check: compileCheck(spec, options),
      isDue: compileWhen(spec.when),
    }));
  }

  get size(): number {
    return this.entries.length;
  }

  /**
   * Runs all checks, in order. A failed one does not keep the others from running.
   *
   * @param results - gets what they find; it has that of the earlier ones when one rejects
   */
  async run(
    input: Omit<CheckInput, 'prior'>,
    dueBy: ReadonlyArray<{ name: string }>,
    results: CheckResult[] = [],
  ): Promise<CheckResult[]> {
    const prior = new Map<string, number | undefined>();
    const whole = { ...input, prior };
    for (const [index, { check, isDue }] of this.entries.entries()) {
      // Conditions cannot excuse a check that is wrong in itself.
      const result =
        check.fault !== undefined || isDue(dueBy)
          ? await judge(check, this.level, whole)
          : this.skipped(check);
      prior.set(`assertion_${index}_${check.type}`, result.score);
      results.push(result);
    }
    return results;
  }

  /** What comes of the checks when there is nothing to judge. */
  skipAll(explanation: string): CheckResult[] {
    return this.entries.map(({ check }) => ({
      ...this.skipped(check),
      passed: true,
      explanation,
    }));
  }

  private skipped({ type, spec }: CompiledCheck): CheckResult {
    return {
      type,
      level: this.level,
      // A condition that is not met counts against the conversation in the original.
      passed: this.level === 'turn' || !this.options.quirks.unmetWhenFails,
      skipped: true,
      explanation: 'The condition in "when" was not met',
      ...(spec.message === undefined ? {} : { message: spec.message }),
      ...(spec.params ? { params: spec.params } : {}),
    };
  }
}
