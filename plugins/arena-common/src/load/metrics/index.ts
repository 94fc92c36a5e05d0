export { loadMetrics } from './loadMetrics';
export {
  formatMetrics,
  METRICS_CONTENT_TYPE,
  type MetricFamily,
  type MetricSample,
} from './MetricFamily';
