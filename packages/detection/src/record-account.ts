import { hashText } from './hash32.ts';
import {
  type AccountState,
  keepRecent,
  type SharedTemplateState,
  type Template,
} from './shared-template-state.ts';
import type { Thresholds } from './thresholds.ts';
import type { Traffic } from './traffic.ts';

const knownHash = (text: string | null | undefined, seed: number): number =>
  text === null || text === undefined || text === '' ? 0 : hashText(text, seed) || 1;

/** Counts an exchange for its account, whatever it says. */
export function recordAccount(
  state: SharedTemplateState,
  traffic: Traffic,
  thresholds: Thresholds,
): AccountState {
  const account = state.accounts.get(traffic.account) ?? {
    exchanges: 0,
    followUps: 0,
    addressHash: 0,
    billingHash: 0,
    systemHash: 0,
    templates: [],
    campaign: '',
  };
  const { seed } = thresholds;
  account.exchanges++;
  if (traffic.messages?.some((message) => message.role === 'assistant')) account.followUps++;
  account.addressHash = knownHash(traffic.network?.ip, seed) || account.addressHash;
  account.billingHash = knownHash(traffic.billing, seed) || account.billingHash;
  account.systemHash = knownHash(traffic.system?.slice(0, thresholds.headUnits), seed);
  keepRecent(state.accounts, traffic.account, account, thresholds.maxAccounts);
  return account;
}

/** Notes on every user of a shared template that it uses it; cheap because only the newest can be missing. */
export function linkAccount(account: AccountState, template: Template, thresholds: Thresholds): void {
  const { templates } = account;
  if (templates[templates.length - 1] === template.id) return;
  const at = templates.indexOf(template.id);
  if (at >= 0) templates.splice(at, 1);
  templates.push(template.id);
  if (templates.length > thresholds.maxTemplatesPerAccount) templates.shift();
}
