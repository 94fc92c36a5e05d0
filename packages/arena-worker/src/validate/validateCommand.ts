import pc from 'picocolors';
import { CliError, EXIT } from '../cli/errors';
import { printJson } from '../cli/outputOption';
import { ValidateFlags } from '../commands/validate';
import { Finding, formatFinding } from './Finding';
import { findTargets, Target } from './findTargets';
import { validateBundle, validateManifest } from './validateBundle';
import { validateObjects } from './validateObjects';

interface Checked {
  bundles: number;
  files: number;
  objects: number;
}

/** `arena validate` */
export async function validateCommand(
  paths: string[],
  flags: ValidateFlags,
): Promise<void> {
  const checked: Checked = { bundles: 0, files: 0, objects: 0 };
  const findings: Finding[] = [];
  for (const path of paths) {
    for (const target of await findTargets(path)) {
      findings.push(...(await validateTarget(target, checked, flags)));
    }
  }
  const total = checked.bundles + checked.files + checked.objects;
  if (total === 0 && findings.length === 0) {
    throw new CliError(`${paths.join(', ')}: there is nothing to validate`);
  }
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const valid = errors.length === 0 && !(flags.strict && warnings.length > 0);
  if (!valid) process.exitCode = EXIT.failed;
  if (flags.json || flags.output === 'json') {
    printJson({ valid, ...checked, findings: errors, warnings });
    return;
  }
  print(findings, checked, valid);
}

async function validateTarget(
  target: Target,
  checked: Checked,
  flags: ValidateFlags,
): Promise<Finding[]> {
  const options = { schemaOnly: flags.schemaOnly ?? false };
  switch (target.sort) {
    case 'bundle':
      checked.bundles += 1;
      return validateBundle(target.path, options);
    case 'manifest':
      checked.files += 1;
      return validateManifest(target.path, options);
    default: {
      const { objects, findings } = await validateObjects(target.path);
      checked.objects += objects;
      return findings;
    }
  }
}

function print(findings: Finding[], checked: Checked, valid: boolean): void {
  const colors = pc.createColors(pc.isColorSupported && process.stderr.isTTY);
  for (const finding of findings) {
    const label =
      finding.severity === 'warning' ? `${colors.yellow('warning:')} ` : '';
    process.stderr.write(`${label}${formatFinding(finding)}\n`);
  }
  const what = [
    checked.bundles > 0 && count(checked.bundles, 'bundle'),
    checked.files > 0 && count(checked.files, 'file'),
    checked.objects > 0 && count(checked.objects, 'object'),
  ]
    .filter(Boolean)
    .join(' and ');
  const faults = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.length - faults.length;
  const hints = warnings > 0 ? count(warnings, 'warning') : '';
  if (valid) {
    process.stdout.write(`${what} valid${hints ? `, ${hints}` : ''}\n`);
    return;
  }
  const sums = [faults.length > 0 && count(faults.length, 'fault'), hints]
    .filter(Boolean)
    .join(' and ');
  process.stderr.write(`${sums}${what ? ` in ${what}` : ''}\n`);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
