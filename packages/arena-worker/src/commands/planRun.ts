import { Command } from 'commander';
import { lazy } from '../cli/lazy';

/** Started by the backend, not by people: hidden from the help. */
export function addPlanRunCommand(program: Command): void {
  program
    .command('plan-run', { hidden: true })
    .description('plan a run: one JSON request in, one JSON reply out')
    .action(async () => {
      const planRunMain = await lazy(
        import('../plan/planRunMain'),
        'planRunMain',
      );
      await planRunMain();
    });
}
