import { ApiError } from '../api/call.ts';

export type Statement = {
  readonly decidedMs: number;
  readonly what: string;
  readonly howLong: string;
  readonly facts: string | readonly string[];
  readonly automation: string;
  readonly rule: string;
  readonly reasons: string;
  readonly appeal: string;
};
export type Submitted = {
  readonly representation: string;
  readonly kind: string;
  readonly bytes: number;
  readonly receivedMs: number;
  readonly acknowledgedMs: number | null;
  readonly acknowledgeByMs: number;
};
export type HeardCase = {
  readonly account: string;
  readonly case: string;
  readonly standing: string;
  readonly statement: Statement | null;
  readonly submissions: readonly Submitted[];
  readonly appeals: readonly {
    readonly appeal: string;
    readonly madeMs: number;
    readonly isDecided: boolean;
    readonly decideByMs: number;
  }[];
  readonly contact: string;
  readonly linkExpiresMs: number;
  /** Keys of the ledger, as this server names them. */
  readonly vkeys: readonly string[];
};
export type OwnExchange = {
  readonly admittedIndex: number;
  readonly admittedMs: number;
  readonly outcome: string | null;
  readonly tokens: number;
};

export type Ask = <T>(method: 'GET' | 'POST', path: string, body?: BodyInit) => Promise<T>;

/** Calls with the token of a link; a page of the accused has nothing else. @throws ApiError */
export function createAsk(token: string): Ask {
  return async <T>(method: 'GET' | 'POST', path: string, body?: BodyInit) => {
    const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    let answer: Response;
    try {
      answer = await fetch(`/hearing/v1/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...type },
        credentials: 'omit',
        ...(body === undefined ? {} : { body }),
      });
    } catch {
      throw new ApiError(0, 'unreachable', '', '');
    }
    const told = (await answer.json().catch(() => ({}))) as { error?: { code?: string; message?: string } };
    if (!answer.ok)
      throw new ApiError(answer.status, told.error?.code ?? 'unreadable', told.error?.message ?? '', '');
    return told as T;
  };
}
