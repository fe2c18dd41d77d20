import { ServerError } from '../server-error.ts';
import type { Content } from './sealed-content.ts';
import type { Vault } from './vault.ts';

/**
 * What is kept of an entry, for a reader who goes on without it: `lost` where the vault is damaged there or its key is gone without
 * having been destroyed. `portcullis fsck` says which.
 */
export async function openKept(
  vault: Pick<Vault, 'content'>,
  index: number,
): Promise<Content | 'erased' | 'none' | 'lost'> {
  try {
    return await vault.content(index);
  } catch (error) {
    if (
      error instanceof ServerError &&
      (error.code === 'vault-damaged' || error.code === 'vault-key-missing')
    )
      return 'lost';
    throw error;
  }
}
