import { Command } from 'commander';
import { lazy } from '../cli/lazy';

/** Started by launchers, not by people: hidden from the help. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker', { hidden: true })
    .description('work on a run for a backend (started by a launcher)')
    .option(
      '--wait',
      'take the environment from the process that started it, by a message',
    )
    .action(async (options: { wait?: boolean }) => {
      const workerMain = await lazy(
        import('../worker/workerMain'),
        'workerMain',
      );
      await workerMain(options);
    });
}
