import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { ledgerQuery, statusQuery } from '../api/queries.ts';
import { spellCount } from '../words/format.ts';
import { say, type WordKey } from '../words/say.ts';
import { Link } from './link.tsx';
import { useSession } from './session.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { useShortcut } from './shortcuts.ts';

const PAGES: readonly (readonly [path: string, title: WordKey])[] = [
  ['/', 'nav.overview'],
  ['/cases', 'nav.cases'],
  ['/accounts', 'nav.accounts'],
  ['/incidents', 'nav.incidents'],
  ['/ledger', 'nav.ledger'],
  ['/policy', 'nav.policy'],
  ['/reports', 'nav.reports'],
  ['/reviewers', 'nav.reviewers'],
];

/** What stands around every page: where one can go, who one is, and whether the ledger is well. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [help, setHelp] = useState(false);
  const [, navigate] = useLocation();
  useShortcut('overview', () => navigate('/'));
  useShortcut('queue', () => navigate('/cases'));
  useShortcut('accounts', () => navigate('/accounts'));
  useShortcut('ledger', () => navigate('/ledger'));
  useShortcut('help', () => setHelp(true));
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {say('nav.skip')}
      </a>
      <header className="bar">
        <span className="mark">{say('app.name')}</span>
        <LedgerLine />
        <You onHelp={() => setHelp(true)} />
      </header>
      <nav className="rail" aria-label={say('nav.label')}>
        <Pages />
      </nav>
      <main id="content" className="content" tabIndex={-1}>
        {children}
      </main>
      <ShortcutHelp isOpen={help} onOpenChange={setHelp} />
    </div>
  );
}

function Pages() {
  const [location] = useLocation();
  const { data } = useQuery(statusQuery);
  const isHere = (path: string) =>
    path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
  return (
    <ul>
      {PAGES.map(([path, title]) => (
        <li key={path} className={isHere(path) ? 'here' : ''}>
          <Link to={path} current={isHere(path)}>
            {say(title)}
          </Link>
          {path === '/cases' && data !== undefined && data.casesToDecide > 0 ? (
            <span className="count" title={say('nav.toDecide', { count: data.casesToDecide })}>
              {spellCount(data.casesToDecide)}
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** The ledger in one line: a person who looks up sees at once whether it takes entries. */
function LedgerLine() {
  const { data: status } = useQuery(statusQuery);
  const { data: ledger } = useQuery(ledgerQuery);
  if (status === undefined || ledger === undefined) return <span className="ledger-line" />;
  return (
    <span className={`ledger-line ${status.accepting ? 'good' : 'bad'}`}>
      <span className="dot" aria-hidden="true" />
      {say(status.accepting ? 'ledger.accepting' : 'ledger.stopped')}
      <span className="mono">{say('ledger.size', { size: ledger.publishedSize })}</span>
    </span>
  );
}

function You({ onHelp }: { readonly onHelp: () => void }) {
  const { you } = useSession();
  return (
    <span className="you">
      <button type="button" className="button quiet" onClick={onHelp} aria-keyshortcuts="?">
        {say('shortcut.open')}
      </button>
      <Link to="/settings">{say('you.line', { operator: you.operator, role: say(`role.${you.role}`) })}</Link>
    </span>
  );
}
