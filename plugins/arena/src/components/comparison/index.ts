export * from './GateCard';
export * from './TrendCard';
export { type TrendChoices } from './TrendPartPicker';
export * from './set/CompareButton';
export * from './set/ComparePage';
