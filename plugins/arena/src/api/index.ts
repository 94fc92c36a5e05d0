export { arenaApiRef } from './arenaApiRef';
