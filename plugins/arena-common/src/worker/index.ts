export * from './protocol';
export * from './runBudget';
export { secretTexts } from './secretTexts';
