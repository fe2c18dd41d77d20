import { createHash } from 'node:crypto';
import { canonicalText, createEntry, type Json } from '@portcullis/record';
import type { Config } from '../config/config.ts';
import { readHealth } from '../projections/health-projection.ts';
import type { Clock } from '../seams/clock.ts';
import type { Storage } from './open-storage.ts';

const SETTINGS_MAX = 40;
const VALUE_CHARS_MAX = 200;

/**
 * Writes down which settings rule from now on, unless they are the ones that ruled before. Keys and their places are left out; the digest
 * covers the same settings, so a later change of one is a change of the digest.
 */
export async function recordPolicy(
  config: Config,
  { appender, store }: Pick<Storage, 'appender' | 'store'>,
  clock: Clock,
): Promise<void> {
  const ruling = rulingSettings(config);
  const settings = policySettings(config);
  const digest = createHash('sha256').update(canonicalText(ruling)).digest('hex');
  const loaded = readHealth(store.db, 0, Number.MAX_SAFE_INTEGER).findLast(
    ({ entry }) => entry.type === 'policy.loaded',
  );
  if (loaded?.entry.type === 'policy.loaded' && loaded.entry.digest === digest) return;
  const { index } = await appender.append({
    entry: createEntry('policy.loaded', clock.now(), { digest, settings }),
  });
  // The next look finds it.
  await store.reached(index);
}

/** The ruling settings as an entry has room for them: short text, and how many were left out. The digest is over all of them. */
export function policySettings(config: Config): Record<string, string> {
  const all = Object.entries(rulingSettings(config));
  const shown = all.length > SETTINGS_MAX ? all.slice(0, SETTINGS_MAX - 1) : all;
  const settings = shown.map(([name, value]) => [name.slice(0, 64), spell(value)] as const);
  if (shown.length < all.length) settings.push(['settings.left_out', String(all.length - shown.length)]);
  return Object.fromEntries(settings);
}

/** The settings that decide what happens to an account, flat. */
function rulingSettings(config: Config): Record<string, Json> {
  const { limits, standing, contact, vault, detection, upstreams, gate, ledger, witnesses, witnessing } =
    config;
  const ruling: Record<string, Json | undefined> = {
    'limits.requestsPerMinute': limits.requestsPerMinute,
    'limits.tokensPerMinute': limits.tokensPerMinute,
    'limits.tokensPerDay': limits.tokensPerDay,
    'standing.slow.delayMs': standing.slow.delayMs,
    'standing.slow.limitsFactor': standing.slow.limitsFactor,
    'standing.plain': standing.plain,
    contact,
    'cases.decideHours': config.cases.decideHours,
    'cases.undoSeconds': config.cases.undoSeconds,
    'cases.appealHours': config.cases.appealHours,
    'vault.retentionDays': vault.retentionDays,
    'vault.responseBytesMax': vault.responseBytesMax,
    'gate.bodyBytesMax': gate.bodyBytesMax,
    'gate.allowPaths': [...gate.allowPaths],
    'ledger.origin': ledger.origin,
    'witnessing.quorum': witnesses.length === 0 ? 'none' : `${witnessing.quorum} of ${witnesses.length}`,
    ...Object.fromEntries(
      witnesses.map(({ name, vkeys }) => [
        `witness.${name.replaceAll('-', '_')}`,
        // The keys' names and IDs; whoever has the keys can tell that they are these.
        vkeys.map((vkey) => vkey.split('+').slice(0, 2).join('+')).join(' '),
      ]),
    ),
    'detection.enabled': detection.enabled,
    // Which benign accounts they hold stands in the detector's digest; paths of this machine belong in no ledger.
    'detection.benign': detection.benign.length || undefined,
    'detection.alpha': detection.benign.length === 0 ? undefined : detection.alpha,
    ...Object.fromEntries(
      Object.entries(detection.thresholds).map(([name, value]) => [`detection.${name}`, value]),
    ),
    ...Object.fromEntries(
      upstreams.map(({ name, shape, models }) => [
        `upstream.${name.replaceAll(/[^A-Za-z0-9_.]/g, '_')}`,
        `${shape}: ${models.join(' ')}`,
      ]),
    ),
  };
  return Object.fromEntries(
    Object.entries(ruling).filter((each): each is [string, Json] => each[1] !== undefined),
  );
}

function spell(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, VALUE_CHARS_MAX).toWellFormed();
}
