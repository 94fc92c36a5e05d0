export { csvCell, type CsvValue } from './csvCell';
