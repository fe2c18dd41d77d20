import type { ServerResponse } from 'node:http';
import type { Guarantee } from '@portcullis/detection';
import type { Role } from '@portcullis/record';
import type { AccountDirectory } from '../accounts/account-directory.ts';
import type { Operators, Person } from '../accounts/operators.ts';
import type { Cases } from '../cases/cases.ts';
import type { Appender } from '../ledger/appender.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import type { Reports } from '../reports/reports.ts';
import type { Clock } from '../seams/clock.ts';
import type { Organisation } from '../sign-in/organisation.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { WitnessingStatus } from '../witness/witnessing-status.ts';
import type { BodyFields } from './body-fields.ts';
import type { Events } from './events.ts';
import type { PublishedLedger } from './published-entries.ts';

/** How far the ledger and those who follow it are. */
export type LedgerStatus = {
  /** Entries that are durable, and of these published. */
  readonly size: number;
  readonly publishedSize: number;
  /** Root of the published tree, standard base64. */
  readonly root: string;
  readonly origin: string;
  /** Position of each follower, by name. */
  readonly followers: Readonly<Record<string, number>>;
  /** The ledger's verifier keys, for those who check it: Ed25519, then ML-DSA-44. */
  readonly vkeys: readonly string[];
  /** Those keys, the configured witnesses and their quorum, as c2sp.org/tlog-policy has it. */
  readonly tlogPolicy: string;
  readonly witnessing: WitnessingStatus;
  /** Of the calibrated detector; null where none is. `reasons` say why it is suspended. */
  readonly guarantee: Guarantee | null;
};

export type ExportInput = {
  readonly case: string;
  readonly by: Person;
  readonly requester: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly disclose?: 'examples' | 'all' | 'none';
  /** Where left out, the exporter chooses, and refuses where that would be too much. */
  readonly complete?: boolean;
};

/** What the admin API needs from outside. */
export type AdminPorts = {
  readonly directory: AccountDirectory;
  readonly cases: Cases;
  readonly operators: Operators;
  readonly reports: Pick<Reports, 'publish' | 'show' | 'list'>;
  /** The ledger as it is published. */
  readonly published: PublishedLedger;
  readonly signIn: SignIn;
  /** Undefined where nobody signs in by one. */
  readonly organisation?: Organisation | undefined;
  /** Whether people reach it by https, so that browsers keep cookies to that. */
  readonly secure: boolean;
  readonly store: ProjectionStore;
  readonly appender: Pick<Appender, 'accepting' | 'pendingEntries' | 'outage'>;
  readonly clock: Clock;
  readonly version: string;
  readonly ledgerStatus: () => LedgerStatus | Promise<LedgerStatus>;
  /** Reads the settings again. @throws ServerError `bad-config`, `ledger-refused`: then nothing has changed */
  readonly reload: () => Promise<{
    readonly changed: readonly string[];
    readonly needRestart: readonly string[];
  }>;
  readonly events: Events;
  /** What links of accounts begin with; undefined where their page is not served. */
  readonly hearingUrl?: () => string | undefined;
  /** Writes a bundle. @returns what to answer, such as its folder and digest */
  readonly exportCase: (input: ExportInput) => Promise<Readonly<Record<string, unknown>>>;
};

/** One call, authenticated and checked. `params` are the `:name` parts of the path. */
export type Call = {
  readonly by: Person;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly ports: AdminPorts;
  /** Only for a route that streams. */
  readonly response: ServerResponse;
};

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/v1/accounts/:account/keys`. */
  readonly path: string;
  readonly roles: readonly Role[];
  readonly does: string;
  readonly query?: readonly string[];
  readonly body?: BodyFields;
  readonly status: 200 | 201;
  /** The answer's fields, in words. */
  readonly answer: string;
  /** Answers with a stream of its own in place of JSON. */
  readonly stream?: true;
  readonly handle: (call: Call) => unknown;
};
