import type { Entry, EntryNamed, Role, Standing, View } from '@portcullis/record';

// Answers of the admin API, as far as the pages use them; docs/admin-api.md has every field.

export type Person = { readonly operator: string; readonly role: Role };
export type Session = {
  readonly you: Person;
  readonly by: string;
  readonly csrf: string;
  readonly endsAt: string;
  readonly hasPassword: boolean;
};

/** `you` is null where nobody is signed in. */
export type SessionAnswer = Session | { readonly you: null };

/** Such as `token`, `password`, `organisation`. */
export type SignInWays = { readonly ways: readonly string[] };

export type Status = {
  readonly version: string;
  readonly accepting: boolean;
  readonly outage: { readonly code: string; readonly message: string } | null;
  readonly pendingEntries: number;
  readonly casesToDecide: number;
  readonly casesDecided: number;
  readonly casesMissed: number;
  readonly faults: readonly {
    readonly index: number;
    readonly time: string;
    readonly kind: string;
    readonly detail: string;
  }[];
};

export type Witness = {
  readonly name: string;
  readonly state: string;
  readonly alarm: string | null;
  readonly size: number | null;
  readonly time: string | null;
  readonly lag: number | null;
};
export type Ledger = {
  readonly origin: string;
  readonly size: number;
  readonly publishedSize: number;
  readonly root: string;
  readonly vkeys: readonly string[];
  readonly tlogPolicy: string;
  readonly lag: Readonly<Record<string, number>>;
  readonly witnessing: {
    readonly quorum: number;
    readonly witnessed: { readonly size: number } | null;
    readonly witnesses: readonly Witness[];
    readonly alarms: readonly string[];
  };
  readonly guarantee: {
    readonly guarantee: 'held' | 'suspended';
    readonly reasons: readonly string[];
  } | null;
};

export type Slot = {
  readonly startMs: number;
  readonly exchanges: number;
  readonly completed: number;
  readonly tokens: number;
  readonly refused: number;
};
export type Traffic = {
  readonly slotMs: number;
  readonly nowMs: number;
  readonly slots: readonly Slot[];
  readonly standings: Readonly<Record<Standing, number>>;
};

export type CaseState = 'open' | 'proposed' | 'appealed' | 'decided';
export type CaseRow = {
  readonly case: string;
  readonly campaign: string;
  readonly priority: number;
  /** Exchanges that its findings count. */
  readonly harm: number;
  readonly dueMs: number | null;
  readonly isMissed: boolean;
  readonly lease: { readonly by: string; readonly untilMs: number } | null;
  readonly state: CaseState;
  readonly openedMs: number;
  readonly pending: string | null;
  readonly openedIndex: number;
  readonly accountsTotal: number;
};

export type Figures = {
  readonly exchanges: number;
  readonly completed: number;
  readonly tokens: number;
  readonly refusals: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
};
export type CaseAccount = Figures & {
  readonly account: string;
  readonly standing: Standing;
  readonly legalHold: boolean;
};
type Finding = EntryNamed<'finding'>;
export type BlindFinding = Omit<Finding, 'statistic' | 'bound'> &
  Partial<Pick<Finding, 'statistic' | 'bound'>>;
export type EvidenceItem = { readonly item: string; readonly index: number; readonly says: string };
export type OpenedItem = EvidenceItem & {
  readonly content: Readonly<Record<string, string>> | null;
  readonly missing?: 'erased' | 'none' | 'lost';
};
export type ShownView = {
  readonly by: string;
  readonly index: number;
  readonly timeMs: number;
  readonly view: View | null;
  readonly reasons: string | null;
};
export type Measure = EntryNamed<'decision'>['measure'];
export type Decision = {
  readonly decision: string;
  readonly index: number;
  readonly timeMs: number;
  readonly by: string;
  readonly step: EntryNamed<'decision'>['step'];
  readonly measure: Measure;
  readonly accountsTotal: number;
  readonly rule: string;
  readonly reasons: string | null;
  readonly appeal: string | null;
  readonly confirms: string | null;
  /** When it takes effect; null where it does not by itself. */
  readonly takesEffectMs: number | null;
  readonly effectedIndex: number | null;
  readonly undoneIndex: number | null;
  readonly members: readonly string[];
};
export type Appeal = {
  readonly appeal: string;
  readonly account: string;
  readonly index: number;
  readonly timeMs: number;
  readonly by: string;
  readonly decision: string | null;
};
export type ShownCase = CaseRow & {
  readonly newestFinding?: BlindFinding;
  readonly scoreShown: boolean;
  readonly accounts: readonly CaseAccount[];
  readonly evidence: readonly EvidenceItem[];
  readonly evidenceOpened: readonly {
    readonly by: string;
    readonly index: number;
    readonly timeMs: number;
    readonly items: readonly string[];
  }[];
  readonly views: readonly ShownView[];
  readonly decisions: readonly Decision[];
  readonly severed: readonly {
    readonly account: string;
    readonly index: number;
    readonly timeMs: number;
    readonly by: string;
    readonly reasons: string | null;
  }[];
  readonly appeals: readonly Appeal[];
  readonly representations: readonly {
    readonly representation: string;
    readonly account: string;
    readonly kind: string;
    readonly receivedMs: number;
    readonly acknowledgedMs: number | null;
  }[];
  readonly exports: readonly { readonly index: number; readonly timeMs: number }[];
};

export type AccountSummary = {
  readonly account: string;
  readonly createdAt: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly standing: Standing;
  readonly case: string | null;
  readonly legalHold: boolean;
  readonly figures: Figures;
};
export type AccountPage = {
  readonly accounts: readonly AccountSummary[];
  readonly total: number;
  readonly next: string | null;
};
export type CaseAccountPage = {
  readonly accounts: readonly CaseAccount[];
  readonly total: number;
  readonly next: string | null;
};
export type ShownAccount = AccountSummary & {
  readonly tokensToday: number;
  readonly keys: readonly { readonly key: string; readonly issuedAt: string; readonly revoked: boolean }[];
  readonly standings: readonly {
    readonly standing: Standing;
    readonly case: string | null;
    readonly index: number;
    readonly timeMs: number;
    readonly by: string;
    readonly reason: string;
  }[];
  readonly erasures: readonly unknown[];
};

export type ListedEntry = {
  readonly index: number;
  readonly type: string;
  readonly time: string;
  readonly entry?: Entry;
  readonly withheld?: true;
};
export type EntryPage = {
  readonly size: number;
  readonly entries: readonly ListedEntry[];
  readonly next: number | null;
};
export type ProvenEntry = ListedEntry & {
  readonly leaf: string | null;
  readonly leafHash: string;
  readonly proof: string;
};

export type Policy = {
  readonly index: number;
  readonly time: string;
  readonly digest: string;
  readonly settings: Readonly<Record<string, string>>;
};
export type Operator = { readonly operator: string; readonly role: Role; readonly addedIndex: number };

/** The switch that stops what no person does. */
export type Switch = {
  readonly stopped: boolean;
  readonly by: string | null;
  readonly reasons: string | null;
  readonly timeMs: number | null;
  readonly waiting: unknown;
  readonly drills: readonly {
    readonly by: string;
    readonly timeMs: number;
    readonly passed: boolean;
    readonly found: string;
  }[];
};

export type GraphNode = {
  readonly id: string;
  readonly kind: 'finding' | 'signal' | 'account' | 'group' | 'case';
  readonly label: string;
  readonly accounts: number;
  readonly some?: readonly string[];
};
export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly count: number;
};
export type Graph = { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };
export type Timeline = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthMs: number;
  readonly buckets: readonly {
    readonly fromMs: number;
    readonly exchanges: number;
    readonly accounts: number;
    readonly tokens: number;
  }[];
};
export type SimilarCase = {
  readonly case: string;
  readonly likeness: number;
  readonly accountsTotal: number;
  readonly measure: string | null;
  readonly decidedMs: number | null;
};
export type Deadline = {
  readonly of: string;
  readonly case: string | null;
  readonly deadline: string;
  readonly what: string;
  readonly dueMs: number;
  readonly isLate: boolean;
};
export type ReviewFigures = {
  readonly views: number;
  readonly decisions: number;
  readonly dwellToViewMs: number | null;
  readonly dwellToDecisionMs: number | null;
  readonly agreesWithDetector: number | null;
  readonly agreesWithOthers: number | null;
  readonly proposalsRejected: number | null;
  readonly overturnedOnAppeal: number | null;
};
export type Oversight = ReviewFigures & {
  readonly people: readonly (ReviewFigures & {
    readonly person: string;
    readonly alarms: readonly string[];
  })[];
  readonly alarms: readonly string[];
};

export type ListedReport = {
  readonly reservation: string;
  readonly index: number;
  readonly by: string;
  readonly purpose: string;
  readonly at: string;
  readonly months: readonly string[];
  readonly loss: Loss;
  readonly state: 'under_way' | 'cut_off' | 'published';
};
type Loss = { readonly epsilon: number; readonly delta: number };
export type MonthBudget = { readonly month: string; readonly spent: Loss; readonly left: Loss };
/** The parts of a disclosure that the page shows; docs/transparency-report.schema.json has all. */
export type ShownReport = {
  readonly report: string;
  readonly page: string;
  readonly csv: string;
  readonly disclosure: {
    readonly period: { readonly from: string; readonly to: string; readonly isOver: boolean };
    readonly ledger: { readonly publishedAt: string };
    readonly privacy: {
      readonly unit: { readonly meaning: string };
      readonly loss: Loss;
      readonly wholeAccount: Loss;
      readonly unprotected: readonly string[];
    };
    readonly tables: readonly {
      readonly name: string;
      readonly title: string;
      readonly counts: string;
      readonly kinds: readonly { readonly name: string; readonly title: string }[];
      readonly margin95: number;
      readonly months: readonly { readonly month: string; readonly values: readonly number[] }[];
    }[];
  };
};
