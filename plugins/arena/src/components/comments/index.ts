export { Discussion } from './Discussion';
export { ItemMarks } from './ItemMarks';
export { labelText } from './labelText';
export { marksText } from './marksText';
export { useDiscussedCells } from './useDiscussedCells';
export type { DiscussedCells, Marks } from './useDiscussedCells';
