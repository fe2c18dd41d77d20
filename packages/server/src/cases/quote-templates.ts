import { quoteTemplate } from '@portcullis/detection';
import type { EntryNamed } from '@portcullis/record';
import { promptOf } from '../detect/traffic-from-exchange.ts';
import { openKept } from '../vault/open-kept.ts';
import type { Vault } from '../vault/vault.ts';

/**
 * The words that the examples of each signal share, for a person who opens a finding. The finding itself holds none: a template is what callers wrote,
 * so it is read from the vault each time, and what was erased is not there any more.
 * @returns by a name such as `template_1`, in the finding's order; signals whose examples are gone are left out
 */
export async function quoteTemplates(
  vault: Pick<Vault, 'content'>,
  finding: EntryNamed<'finding'>,
): Promise<Record<string, string>> {
  const signals = finding.signals.filter((signal) => signal.name === 'shared-template');
  const quoted: Record<string, string> = {};
  for (const [i, signal] of signals.entries()) {
    const kept = await Promise.all(signal.examples.map((index) => openKept(vault, index)));
    const prompts = kept.flatMap((each) => (typeof each === 'string' ? [] : [promptOf(each.parts)]));
    // One prompt alone would be quoted whole, and is no template.
    if (prompts.length > 1) quoted[`template_${i + 1}`] = quoteTemplate(prompts);
  }
  return quoted;
}
