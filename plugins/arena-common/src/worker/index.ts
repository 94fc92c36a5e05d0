export * from './protocol';
export { secretTexts } from './secretTexts';
