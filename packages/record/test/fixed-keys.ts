import { createPrivateKey } from 'node:crypto';

// Keys for tests only: from fixed seeds, so that golden files can be made again.

/** PKCS #8 PEM of the Ed25519 key with this 32-byte seed (RFC 8410, section 7). */
export function ed25519Pem(seed: Uint8Array): string {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}

/** PKCS #8 PEM of the ML-DSA-44 key with this 32-byte seed (RFC 9881, section 6, the form with the seed only). */
export function mlDsa44Pem(seed: Uint8Array): string {
  const der = Buffer.concat([Buffer.from('3034020100300b06096086480165030403110422' + '8020', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}
