// Which part of the commit a path of the data directory belongs to. Directories end in a slash: an fsync of one makes names durable, not bytes.

const PARTS: readonly [RegExp, string][] = [
  [/^ledger\/\.tmp/, 'tmp'],
  [/^ledger\/checkpoint$/, 'checkpoint'],
  [/^ledger\/handovers\.jsonl$/, 'handovers'],
  [/^ledger\/checkpoint\.witnessed/, 'cosigned'],
  [/^witnessed/, 'witnessed'],
  [/^ledger\/tile\/entries(?:\/|$)/, 'entries'],
  [/^ledger\/tile\/0(?:\/|$)/, 'tile-0'],
  [/^ledger\/tile\/[1-9]\d*(?:\/|$)/, 'tile-1'],
  [/^ledger(?:\/tile)?$/, 'ledger'],
  [/^staging/, 'staging'],
  [/^checkpoints/, 'archive'],
  [/^keys\/ledger-/, 'signing-key'],
  [/^keys\/vault-master-key/, 'master-key'],
  [/^keys$/, 'keys'],
  [/^vault\/positions/, 'positions'],
  [/^vault\/keys\/.*\.destroyed/, 'key-mark'],
  [/^vault\/keys/, 'vault-key'],
  [/^vault\/segments\/.*\.kept/, 'kept'],
  [/^vault\/segments\/.*\.erased/, 'erased'],
  [/^vault\/segments/, 'segment'],
  [/^vault$/, 'vault'],
];

/** @param isDirectory of what is at the path, or was last known to be */
export function createStepOf(
  dataDir: string,
  isDirectory: (path: string) => boolean,
): (path: string) => string {
  return (path) => {
    const below = path.startsWith(`${dataDir}/`) ? path.slice(dataDir.length + 1) : '';
    const part = PARTS.find(([pattern]) => pattern.test(below))?.[1] ?? 'data';
    return isDirectory(path) ? `${part}/` : part;
  };
}
