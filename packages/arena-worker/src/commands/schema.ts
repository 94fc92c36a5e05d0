import { Command } from 'commander';
import { lazy } from '../cli/lazy';

export interface SchemaFlags {
  out?: string;
}

export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a kind of file, for editors')
    .argument(
      '[kind]',
      'Arena, Scenario, PromptConfig, ... (default: list them)',
    )
    .option('--out <folder>', 'write the schema of the kind, or of all, there')
    .action(async (kind: string | undefined, flags: SchemaFlags) => {
      const schemaCommand = await lazy(
        import('../authoring/schemaCommand'),
        'schemaCommand',
      );
      await schemaCommand(kind, flags);
    });
}
