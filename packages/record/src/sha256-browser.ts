// Browsers have only an asynchronous SHA-256; Merkle code is synchronous, so there a well-kept library does it.
export { sha256 } from '@noble/hashes/sha2.js';
