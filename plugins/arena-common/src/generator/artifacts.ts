import { z } from 'zod/v4';
import { loadReportSchema } from '../load/LoadReport';
import { ARENA_KINDS } from '../resources/meta';
import { crdYaml } from './crdYaml';
import { referenceIndex, referencePage } from './referencePages';

/** Every generated file of the repository: path from its root, and content. */
export function generatedArtifacts(): Map<string, string> {
  const files = new Map<string, string>();
  for (const { kind, plural, singular } of ARENA_KINDS) {
    files.set(`crds/${plural}.yaml`, crdYaml(kind));
    // A chart holds its own files: it is packed without the rest of the repository.
    files.set(`deploy/helm/arena/crds/${plural}.yaml`, crdYaml(kind));
    files.set(`docs/reference/${singular}.md`, referencePage(kind));
  }
  files.set('docs/reference/loadtest.schema.json', loadReportJsonSchema());
  files.set('docs/reference/README.md', referenceIndex());
  return files;
}

function loadReportJsonSchema(): string {
  const schema = z.toJSONSchema(loadReportSchema);
  return `${JSON.stringify(
    { title: 'Report of a load test (loadtest.json)', ...schema },
    null,
    2,
  )}\n`;
}
