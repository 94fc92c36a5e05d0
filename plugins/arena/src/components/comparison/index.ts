export * from './GateCard';
export * from './TrendCard';
