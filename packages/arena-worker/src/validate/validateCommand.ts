import pc from 'picocolors';
import { CliError, EXIT } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { ValidateFlags } from '../commands/validate';
import { Finding, formatFinding } from './Finding';
import { findTargets } from './findTargets';
import { validateBundle } from './validateBundle';
import { validateObjects } from './validateObjects';

/** `arena validate` */
export async function validateCommand(
  paths: string[],
  flags: ValidateFlags,
): Promise<void> {
  const findings: Finding[] = [];
  const warnings: string[] = [];
  const checked = { bundles: 0, objects: 0 };
  for (const path of paths) {
    for (const target of await findTargets(path)) {
      if (target.sort === 'bundle') {
        checked.bundles += 1;
        findings.push(...(await validateBundle(target.path)));
        continue;
      }
      const result = await validateObjects(target.path);
      checked.objects += result.objects;
      findings.push(...result.findings);
      warnings.push(...result.warnings);
    }
  }
  if (checked.bundles + checked.objects === 0 && findings.length === 0) {
    throw new CliError(`${paths.join(', ')}: there is nothing to validate`);
  }
  if (findings.length > 0) process.exitCode = EXIT.failed;
  if (flags.output === 'json') {
    printJson({ valid: findings.length === 0, ...checked, findings, warnings });
    return;
  }
  const colors = pc.createColors(pc.isColorSupported && process.stderr.isTTY);
  for (const warning of warnings) {
    process.stderr.write(`${colors.yellow('warning:')} ${warning}\n`);
  }
  for (const finding of findings) {
    process.stderr.write(`${formatFinding(finding)}\n`);
  }
  const what = [
    checked.bundles > 0 && count(checked.bundles, 'bundle'),
    checked.objects > 0 && count(checked.objects, 'object'),
  ]
    .filter(Boolean)
    .join(' and ');
  if (findings.length === 0) process.stdout.write(`${what} valid\n`);
  else {
    process.stderr.write(
      `${count(findings.length, 'fault')}${what ? ` in ${what}` : ''}\n`,
    );
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
