import type { JsonObject } from './json.ts';

/** One server-sent event before its bytes are chosen. `data` is a JSON value, or OpenAI's literal `[DONE]`. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: JsonObject | '[DONE]';
  /** True when it carries generated text or arguments: token delays and counts apply to it. */
  readonly token: boolean;
}

/** What an API gives for a call; how its bytes reach the peer is `deliver`'s business. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: JsonObject }
  | {
      readonly kind: 'stream';
      /** Lazy: pulled only as fast as the peer reads. */
      readonly events: Iterable<StreamEvent>;
      /** The API's own error event, were it to come after `sent` other events. */
      readonly errorAfter: (sent: number) => StreamEvent;
    };

/** A call to one of the generating APIs, its body parsed. */
export interface Call {
  readonly body: JsonObject;
  readonly nowMs: number;
  readonly models: readonly string[];
  readonly text: TextOptions;
}

/** What faults change about the text itself. */
export interface TextOptions {
  /** Exactly so many tokens, whatever the body says about stops and limits. */
  readonly forcedTokens?: number;
  /** Begin with `invalidMark`, which the delivery replaces by bytes that are not UTF-8. */
  readonly markInvalid: boolean;
}

/** U+E000, private use: no practice text has it. */
export const invalidMark = '\uE000';
