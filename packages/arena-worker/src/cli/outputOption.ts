import { Command, Option } from 'commander';

export interface OutputOption {
  output: 'text' | 'json';
}

/** Lets a command's result be read by programs. */
export function addOutputOption(command: Command): void {
  command.addOption(
    new Option('--output <form>', 'form of what is printed')
      .choices(['text', 'json'])
      .default('text'),
  );
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
