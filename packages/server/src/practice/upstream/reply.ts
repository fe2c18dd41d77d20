import { invalidMark, type TextOptions } from './answer.ts';
import type { JsonObject } from './json.ts';
import { exampleOf } from './schema-example.ts';
import { numbersFrom } from './seed.ts';
import { answerText, endlessTokens, openingOf } from './text.ts';
import { countTokens, splitTokens } from './tokens.ts';

export interface Tool {
  readonly name: string;
  readonly schema: unknown;
}

/** `none`, `auto` (the prompt says "use the tool"), `any` (must call one), or the tool to call. */
export type ToolChoice = 'none' | 'auto' | 'any' | { readonly name: string };

/** What the APIs have in common, read from the body by each of them. */
export interface Ask {
  readonly model: string;
  readonly seed: Buffer;
  readonly lastText: string;
  /** The content of the tool result the conversation ends with, if it does. */
  readonly toolResult: string | undefined;
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  /** Schema the text has to fit as JSON. */
  readonly jsonSchema?: unknown;
  readonly tokensMax: number | undefined;
  readonly stops: readonly string[];
  readonly text: TextOptions;
}

export interface TextReply {
  readonly kind: 'text';
  /** Joined, the text. May be iterated once only. */
  readonly tokens: Iterable<string>;
  readonly tokenCount: number;
  readonly finish: 'end' | 'length' | 'stop-sequence';
  readonly stopSequence: string | null;
}

export interface ToolReply {
  readonly kind: 'tool';
  readonly name: string;
  readonly input: unknown;
  /** `input` as JSON text. */
  readonly argumentsText: string;
  readonly tokenCount: number;
}

/** Decides what a practice model says; a function of `ask` alone. */
export function replyTo(ask: Ask): TextReply | ToolReply {
  const tool = toolToCall(ask);
  if (tool === undefined) return textReply(ask);
  const input = exampleOf(tool.schema ?? { type: 'object' }, numbersFrom(ask.seed));
  const argumentsText = JSON.stringify(input);
  return { kind: 'tool', name: tool.name, input, argumentsText, tokenCount: countTokens(argumentsText) };
}

function toolToCall(ask: Ask): Tool | undefined {
  const { tools, toolChoice } = ask;
  if (toolChoice === 'none' || tools.length === 0 || ask.toolResult !== undefined) return undefined;
  if (typeof toolChoice === 'object') return tools.find((tool) => tool.name === toolChoice.name);
  if (toolChoice === 'auto' && !/use the tool/i.test(ask.lastText)) return undefined;
  return tools.find((tool) => ask.lastText.includes(tool.name)) ?? tools[0];
}

function textReply(ask: Ask): TextReply {
  const next = numbersFrom(ask.seed);
  const opening = (ask.text.markInvalid ? invalidMark : '') + openingFor(ask);
  const { forcedTokens } = ask.text;
  if (forcedTokens !== undefined) {
    const tokens = take(endlessTokens(opening, next), forcedTokens);
    return { kind: 'text', tokens, tokenCount: forcedTokens, finish: 'end', stopSequence: null };
  }
  const whole = ask.jsonSchema === undefined ? answerText(opening, next) : jsonText(ask.jsonSchema, next);
  const stop = firstStop(whole, ask.stops);
  const tokens = splitTokens(stop === undefined ? whole : whole.slice(0, stop.at));
  if (ask.tokensMax !== undefined && tokens.length > ask.tokensMax) {
    const kept = tokens.slice(0, ask.tokensMax);
    return { kind: 'text', tokens: kept, tokenCount: kept.length, finish: 'length', stopSequence: null };
  }
  const finish = stop === undefined ? 'end' : 'stop-sequence';
  return { kind: 'text', tokens, tokenCount: tokens.length, finish, stopSequence: stop?.sequence ?? null };
}

function openingFor(ask: Ask): string {
  const opening = openingOf(ask.model);
  if (ask.toolResult === undefined) return opening;
  return `${opening} The tool gave ${ask.toolResult.length} characters back.`;
}

function jsonText(schema: unknown, next: () => number): string {
  const example = exampleOf(schema, next);
  const empty = typeof example !== 'object' || example === null || Object.keys(example).length === 0;
  const free: JsonObject = { practice: true, answer: `practice-${Math.floor(next() * 10_000)}` };
  return JSON.stringify(empty ? free : example);
}

function firstStop(text: string, stops: readonly string[]): { at: number; sequence: string } | undefined {
  return stops
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => one.at - other.at)[0];
}

function* take(tokens: Iterable<string>, count: number): Generator<string> {
  let left = count;
  if (left === 0) return;
  for (const token of tokens) {
    yield token;
    if (--left === 0) return;
  }
}
