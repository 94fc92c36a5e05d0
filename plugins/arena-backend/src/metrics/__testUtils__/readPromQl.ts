import { parser } from '@prometheus-io/lezer-promql';

/** What an expression asks for. */
export interface PromQlUse {
  metrics: string[];
  /** Of selectors, with the values that they name. */
  matchers: Array<{ metric: string; label: string; values: string[] }>;
  /** Labels that results are grouped by or matched on. */
  labels: string[];
}

/**
 * Reads an expression with the grammar of Prometheus.
 *
 * @throws Error for what is no expression
 */
export function readPromQl(expression: string): PromQlUse {
  const use: PromQlUse = { metrics: [], matchers: [], labels: [] };
  let metric = '';
  let label = '';
  let operator = '';
  let path: string[] = [];
  const text = (node: { from: number; to: number }) =>
    expression.slice(node.from, node.to);
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) {
        throw new Error(`No PromQL at ${node.from}: ${expression}`);
      }
      path.push(node.name);
      const inSelector = path.includes('VectorSelector');
      if (node.name === 'Identifier' && inSelector) {
        metric = text(node);
        use.metrics.push(metric);
      } else if (node.name === 'LabelName' && inSelector) {
        label = text(node);
      } else if (node.name === 'MatchOp') {
        operator = text(node);
      } else if (node.name === 'StringLiteral' && inSelector) {
        const value = JSON.parse(text(node)) as string;
        const values = operator.includes('~') ? value.split('|') : [value];
        use.matchers.push({ metric, label, values });
      } else if (node.name === 'LabelName') {
        use.labels.push(text(node));
      }
    },
    leave() {
      path = path.slice(0, -1);
    },
  });
  return use;
}
