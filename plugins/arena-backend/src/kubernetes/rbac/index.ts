export { readAuditedRights } from './auditedRights';
export { compareRights, type RightsDifference } from './compareRights';
export { RIGHTS, type Right } from './rights';
