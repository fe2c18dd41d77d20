import { useCallback, useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { useAnnounce } from '../parts/announcer.tsx';
import { Button } from '../parts/button.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { judgeReceipt, type ReceiptOutcome } from '../proofs/verify-receipt.ts';
import { spellCount } from '../words/format.ts';
import { say, sayName } from '../words/say.ts';
import type { Ask, OwnExchange } from './ask.ts';

type Props = { readonly ask: Ask; readonly vkeys: readonly string[] };
/** Rows at once; each receipt is a call of its own, and calls are limited. */
const SHOWN = 20;

/** What the ledger has of one's own exchanges, each to be verified here, in the browser. */
export function OwnReceipts({ ask, vkeys }: Props) {
  const [rows, setRows] = useState<readonly OwnExchange[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const [shown, setShown] = useState(SHOWN);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(
    async (after: number | null) => {
      const page = await ask<{ receipts: OwnExchange[]; next: number | null }>(
        'GET',
        after === null ? 'receipts' : `receipts?after=${after}`,
      );
      setRows((before) => (after === null ? page.receipts : [...before, ...page.receipts]));
      setNext(page.next);
    },
    [ask],
  );
  useEffect(() => {
    load(null).catch(setError);
  }, [load]);
  const more = (): void => {
    setShown(shown + SHOWN);
    if (shown + SHOWN > rows.length && next !== null) load(next).catch(setError);
  };
  return (
    <Panel title={say('receipts.title')} note={say('receipts.note')}>
      {error === null ? null : <Trouble error={error} />}
      <KeptReceipt vkeys={vkeys} />
      <ReceiptTable ask={ask} vkeys={vkeys} rows={rows.slice(0, shown)} />
      {shown < rows.length || next !== null ? <Button onPress={more}>{say('receipts.more')}</Button> : null}
    </Panel>
  );
}

function Verdict({ outcome }: { readonly outcome: ReceiptOutcome }) {
  const look = { good: 'good', bad: 'bad', unknown: 'warn' }[outcome.verdict];
  const reason = outcome.verdict === 'good' ? '' : outcome.reason;
  return (
    <span className={`badge ${look}`} title={reason}>
      {say(`receipt.${outcome.verdict}`)}
    </span>
  );
}

function ReceiptTable({ ask, vkeys, rows }: Props & { readonly rows: readonly OwnExchange[] }) {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, ReceiptOutcome>>(new Map());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const announce = useAnnounce();
  const verify = async (indices: readonly number[]): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      for (const index of indices) {
        const receipt = await ask<unknown>('GET', `receipts/${index}`);
        const outcome = await judgeReceipt(JSON.stringify(receipt), vkeys);
        setOutcomes((before) => new Map([...before, [index, outcome]]));
        announce(say('receipt.of', { index, verdict: say(`receipt.${outcome.verdict}`) }));
      }
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  if (rows.length === 0) return <p className="empty">{say('receipts.none')}</p>;
  return (
    <>
      {error === null ? null : <Trouble error={error} />}
      <Button onPress={() => void verify(rows.map((row) => row.admittedIndex))} isDisabled={busy}>
        {say('receipts.verifyAll', { count: rows.length })}
      </Button>
      <table className="plain-table">
        <caption className="unseen">{say('receipts.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('entry.index')}</th>
            <th scope="col">{say('entry.time')}</th>
            <th scope="col">{say('receipts.outcome')}</th>
            <th scope="col">{say('account.tokens')}</th>
            <th scope="col">{say('receipts.verdict')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ReceiptRow
              key={row.admittedIndex}
              row={row}
              outcome={outcomes.get(row.admittedIndex)}
              onVerify={busy ? undefined : () => void verify([row.admittedIndex])}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

type RowProps = {
  readonly row: OwnExchange;
  readonly outcome: ReceiptOutcome | undefined;
  readonly onVerify: (() => void) | undefined;
};

function ReceiptRow({ row, outcome, onVerify }: RowProps) {
  return (
    <tr className={outcome === undefined ? '' : `verdict-${outcome.verdict}`}>
      <th scope="row">{row.admittedIndex}</th>
      <td>
        <Moment at={row.admittedMs} />
      </td>
      <td>{row.outcome === null ? say('state.none') : sayName('outcome', row.outcome)}</td>
      <td>{spellCount(row.tokens)}</td>
      <td>
        {outcome === undefined ? (
          <Button
            look="quiet"
            isDisabled={onVerify === undefined}
            onPress={() => onVerify?.()}
            aria-label={say('receipts.verify.label', { index: row.admittedIndex })}
          >
            {say('receipts.verify')}
          </Button>
        ) : (
          <Verdict outcome={outcome} />
        )}
      </td>
    </tr>
  );
}

/** A receipt that the caller kept, from their own disk: it says whether the ledger still has what it had then. */
function KeptReceipt({ vkeys }: Pick<Props, 'vkeys'>) {
  const [outcome, setOutcome] = useState<ReceiptOutcome | undefined>(undefined);
  const judge = async (file: File | undefined): Promise<void> => {
    if (file !== undefined) setOutcome(await judgeReceipt(await file.text(), vkeys));
  };
  return (
    <div className="kept">
      <FileTrigger
        acceptedFileTypes={['application/json', '.json']}
        onSelect={(files) => void judge([...(files ?? [])][0])}
      >
        <AriaButton className="button">{say('receipts.kept')}</AriaButton>
      </FileTrigger>
      {outcome === undefined ? null : (
        <p className={`notice ${outcome.verdict === 'unknown' ? 'soft' : outcome.verdict}`} role="alert">
          {outcome.verdict === 'good'
            ? say('receipt.good.long', { index: outcome.index, size: outcome.size })
            : say(`receipt.${outcome.verdict}.long`, { reason: outcome.reason })}
        </p>
      )}
    </div>
  );
}
