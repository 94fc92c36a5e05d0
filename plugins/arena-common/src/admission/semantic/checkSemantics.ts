import { JsonObject } from '@backstage/types';
import type { ArenaKind } from '../../resources/meta';
import { isObject, own } from '../values';
import { checkArenaJob } from './arenaJob';
import { checkScenarioPatterns } from './scenarioPatterns';
import { SemanticFindings } from './SemanticFindings';

const SECRET_HEADERS = ['authorization', 'x-api-key', 'api-key'];

/**
 * Runs the checks that CEL cannot express. The spec may have faults that schema and rules already reported.
 *
 * @internal
 */
export function checkSemantics(
  kind: ArenaKind,
  spec: JsonObject,
): SemanticFindings {
  const findings: SemanticFindings = { causes: [], warnings: [] };
  switch (kind) {
    case 'ArenaJob':
      checkArenaJob(spec, findings);
      break;
    case 'ArenaConfig':
      checkScenarioPatterns(spec, findings);
      break;
    case 'ArenaSource':
      warnOfIdleFields(spec, findings);
      break;
    case 'Provider':
      warnOfSecretHeaders(spec, findings);
      break;
    default:
  }
  return findings;
}

function warnOfIdleFields(spec: JsonObject, findings: SemanticFindings): void {
  if (own(spec, 'targetPath') !== undefined) {
    findings.warnings.push(
      'spec.targetPath: has no effect, content is addressed by its digest',
    );
  }
  if (own(spec, 'createVersionOnSync') === false) {
    findings.warnings.push(
      'spec.createVersionOnSync: has no effect, every change of content is a version',
    );
  }
}

function warnOfSecretHeaders(
  spec: JsonObject,
  findings: SemanticFindings,
): void {
  const headers = own(spec, 'headers');
  for (const name of isObject(headers) ? Object.keys(headers) : []) {
    if (SECRET_HEADERS.includes(name.toLocaleLowerCase('en-US'))) {
      findings.warnings.push(
        `spec.headers[${name}]: looks like a secret in plain text, use spec.credential`,
      );
    }
  }
}
