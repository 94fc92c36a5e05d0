import { BundleContent } from '../bundle/BundleContent';
import { findRowEmbedder } from '../dataset/findRowEmbedder';
import { rowSchemaOf } from '../dataset/rowSchemaOf';
import { PlanError, PlanOptions } from '../Engine';
import { requireInputPrice } from '../providers/limits/requirePrices';
import { compileJsonSchema } from '../text/jsonSchema';
import type { PlannedRun } from './createPlan';
import { refuseUnpriced } from './refuseUnpriced';

/**
 * Refuses what no data can be generated from, before any worker is started.
 *
 * @throws PlanError: `InvalidRowSchema`, `UnknownProvider` or `InvalidProvider` for embeddings, or `NoPrice` within a budget
 */
export function refuseDataGen(
  made: PlannedRun,
  content: BundleContent,
  options: Pick<PlanOptions, 'dataGen' | 'providers'>,
): void {
  const embedder = findRowEmbedder(content, options);
  const entries = new Map(content.scenarios.map(entry => [entry.id, entry]));
  for (const { id } of made.plan.scenarios) {
    const schema = rowSchemaOf(content, entries.get(id));
    if (schema === undefined) continue;
    const validate = compileJsonSchema(schema);
    if (typeof validate === 'string') {
      throw new PlanError(
        'InvalidRowSchema',
        `row_schema of scenario "${id}" is no JSON schema: ${validate}`,
      );
    }
  }
  if (!options.dataGen?.hasBudget) return;
  refuseUnpriced(made, content, options);
  if (embedder) requireInputPrice(embedder);
}
