import { Document, isMap, isScalar, isSeq, YAMLMap } from 'yaml';
import { at, safely, setOrRemove, setPath } from './documentFields';

const THRESHOLDS = ['spec', 'loadTest', 'thresholds'];

/** True for a threshold that says of the metric: less than. */
function isLimit(entry: unknown, metric: string): entry is YAMLMap {
  return (
    isMap(entry) &&
    entry.get('metric') === metric &&
    entry.get('operator') === '<'
  );
}

/** What a metric of a load test must be below, by the first threshold that says so. */
export function limitOf(
  document: Document,
  metric: string,
): string | undefined {
  const thresholds = safely(() => at(document, THRESHOLDS));
  if (!isSeq(thresholds)) return undefined;
  const found = thresholds.items.find(entry => isLimit(entry, metric));
  const value = isMap(found) ? found.get('value') : undefined;
  return value === undefined ? undefined : String(value);
}

/** Sets what a metric must be below; `undefined` removes it. All other thresholds stay, and so do comments and what else this one says. */
export function setLimit(
  document: Document,
  metric: string,
  value: string | undefined,
): void {
  const thresholds = safely(() => at(document, THRESHOLDS));
  if (!isSeq(thresholds)) {
    if (value !== undefined) {
      setPath(document, THRESHOLDS, [{ metric, operator: '<', value }]);
    }
    return;
  }
  const found = thresholds.items.findIndex(entry => isLimit(entry, metric));
  const entry = thresholds.items[found];
  if (value === undefined) {
    if (found >= 0) thresholds.delete(found);
    if (thresholds.items.length === 0) {
      setOrRemove(document, THRESHOLDS, undefined);
    }
  } else if (isMap(entry)) {
    const before = entry.get('value', true);
    if (isScalar(before)) before.value = value;
    else entry.set('value', value);
  } else {
    thresholds.add(document.createNode({ metric, operator: '<', value }));
  }
}
