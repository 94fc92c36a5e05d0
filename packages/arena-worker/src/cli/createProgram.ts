import { Command } from 'commander';
import { version } from '../../package.json';
import { addApplyCommand } from '../commands/apply';
import { addCancelCommand } from '../commands/cancel';
import { addCompareCommand } from '../commands/compare';
import { addDeleteCommand } from '../commands/delete';
import { addDescribeCommand } from '../commands/describe';
import { addExplainCommand } from '../commands/explain';
import { addGenerateCommand } from '../commands/generate';
import { addGetCommand } from '../commands/get';
import { addInitCommand } from '../commands/init';
import { addLoginCommand } from '../commands/login';
import { addLogsCommand } from '../commands/logs';
import { addMocksCommand } from '../commands/mocks';
import { addPlanRunCommand } from '../commands/planRun';
import { addPromptCommand } from '../commands/prompt';
import { addResultsCommand } from '../commands/results';
import { addRetryReportsCommand } from '../commands/retryReports';
import { addRowsCommand } from '../commands/rows';
import { addRunCommand } from '../commands/run';
import { addScheduleCommand } from '../commands/schedule';
import { addSchemaCommand } from '../commands/schema';
import { addSubmitCommand } from '../commands/submit';
import { addValidateCommand } from '../commands/validate';
import { addWaitCommand } from '../commands/wait';
import { addWorkerCommand } from '../commands/worker';

/** Defines every command. What a command needs is only loaded when it is called. */
export function createProgram(): Command {
  const program = new Command('arena')
    .description('Test LLM prompts and agents: on this machine, or in a portal')
    .version(version)
    .showSuggestionAfterError()
    .exitOverride();

  addRunCommand(program);
  addValidateCommand(program);
  addInitCommand(program);
  addPromptCommand(program);
  addExplainCommand(program);
  addSchemaCommand(program);
  addScheduleCommand(program);
  addMocksCommand(program);
  addGenerateCommand(program);
  addRowsCommand(program);
  addLoginCommand(program);
  addSubmitCommand(program);
  addApplyCommand(program);
  addGetCommand(program);
  addDescribeCommand(program);
  addWaitCommand(program);
  addLogsCommand(program);
  addResultsCommand(program);
  addCompareCommand(program);
  addRetryReportsCommand(program);
  addCancelCommand(program);
  addDeleteCommand(program);
  addPlanRunCommand(program);
  addWorkerCommand(program);
  return program;
}
