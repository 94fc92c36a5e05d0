export * from './protocol';
export * from './runBudget';
export { secretForms } from './secretForms';
export { secretTexts } from './secretTexts';
