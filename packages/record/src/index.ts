export * from './bytes.ts';
export * from './canonical.ts';
export * from './checkpoint.ts';
export * from './commitment.ts';
export { INCIDENT_KINDS, type IncidentKind, VIEWS, type View } from './entries/case-types.ts';
export * from './entries/entry.ts';
export { OUTCOMES, type Outcome, ROLES, type Role, STANDINGS, type Standing } from './entries/terms.ts';
export {
  ENTRY_FIELDS,
  ENTRY_TYPES,
  ENTRY_VERSION,
  type EntryType,
  RELEASE_CHARACTERS_MAX,
} from './entries/types.ts';
export * from './frontier.ts';
export * from './merkle.ts';
export * from './note.ts';
export * from './proofs.ts';
export * from './receipt.ts';
export * from './record-error.ts';
export * from './tile-hashes.ts';
export * from './tiles.ts';
export * from './tlog-proof.ts';
export { sha256 } from '#sha256';
