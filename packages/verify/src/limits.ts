// Everything that is read has a limit; beyond it the input is refused, whatever it holds.

export const FILES_MAX = 256;
export const FILE_BYTES_MAX = 512 * 1024 * 1024;
export const FOLDER_BYTES_MAX = 1024 * 1024 * 1024;
export const PATH_CHARS_MAX = 200;
export const FOLDER_DEPTH_MAX = 4;
export const LINES_MAX = 5_000_000;
/** A 32 MiB body in base64, and a little more. */
export const LINE_BYTES_MAX = 48 * 1024 * 1024;
export const LEAF_BYTES_MAX = 8192;
export const JSON_DEPTH_MAX = 24;
export const JSON_BYTES_MAX = 64 * 1024 * 1024;
export const NOTE_BYTES_MAX = 1024 * 1024;
export const SIGNATURES_MAX = 100;
/** Changes of a log's keys. */
export const HANDOVERS_MAX = 1000;
export const PROOF_HASHES_MAX = 64;
export const TRUST_BYTES_MAX = 1024 * 1024;
export const TRUST_LINES_MAX = 1000;
export const BODY_BYTES_MAX = 256 * 1024 * 1024;
export const RECEIPT_BYTES_MAX = 1024 * 1024;
export const CASE_FINDINGS_MAX = 1000;
export const CASE_DECISIONS_MAX = 10_000;
