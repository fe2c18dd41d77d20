import type { Call } from './answer.ts';
import { contentText, readConversation, type Turn } from './conversation.ts';
import { readFlag, readInteger, readList, readStops, wrongField } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { readModel } from './models.ts';
import type { Ask, Tool, ToolChoice } from './reply.ts';
import { seedOf } from './seed.ts';
import { countTokens } from './tokens.ts';

/** A Messages body, read and checked. */
export interface MessagesAsk extends Ask {
  readonly stream: boolean;
  readonly promptTokens: number;
}

const stopsMax = 64;

/** `count_tokens` takes the same body, but needs no `max_tokens`. */
export function readMessages({ body, models, text }: Call, task: 'answer' | 'count'): MessagesAsk {
  const model = readModel(body, models, 'talk');
  const system = contentText(body['system'], 'system');
  const turns = readConversation(body, 'messages', ['user', 'assistant', 'system']);
  const tools = readTools(body);
  const tokensMax = readInteger(body, 'max_tokens', 1, 1_000_000);
  if (tokensMax === undefined && task === 'answer')
    throw wrongField('max_tokens', 'an integer, it is required');
  const last = turns.at(-1);
  return {
    model,
    seed: seedOf('messages', model, body['messages'], body['system'], body['tools'], body['tool_choice']),
    lastText: last?.role === 'user' ? last.text : '',
    toolResult: toolResultOf(last),
    tools,
    toolChoice: readToolChoice(body, tools),
    tokensMax,
    stops: readStops(body, 'stop_sequences', stopsMax),
    text,
    stream: readFlag(body, 'stream'),
    promptTokens:
      countTokens(system) +
      turns.reduce((sum, turn) => sum + countTokens(turn.text), 0) +
      (tools.length > 0 ? countTokens(JSON.stringify(tools)) : 0),
  };
}

function toolResultOf(turn: Turn | undefined): string | undefined {
  if (turn?.role !== 'user' || !Array.isArray(turn.content)) return undefined;
  const holdsResult = turn.content.some((part: unknown) => isObject(part) && part['type'] === 'tool_result');
  return holdsResult ? turn.text : undefined;
}

/** Tools with a schema of their own; server tools (which have a versioned type) are accepted and never called. */
function readTools(body: JsonObject): readonly Tool[] {
  return readList(body, 'tools').flatMap((tool) => {
    if (!isObject(tool) || typeof tool['name'] !== 'string')
      throw wrongField('tools', 'objects {name, input_schema}');
    return tool['input_schema'] === undefined ? [] : [{ name: tool['name'], schema: tool['input_schema'] }];
  });
}

function readToolChoice(body: JsonObject, tools: readonly Tool[]): ToolChoice {
  const choice = body['tool_choice'] ?? { type: 'auto' };
  const type = isObject(choice) ? choice['type'] : undefined;
  if (type === 'auto' || type === 'none' || type === 'any') return type;
  const name = isObject(choice) ? choice['name'] : undefined;
  if (type === 'tool' && typeof name === 'string' && tools.some((tool) => tool.name === name))
    return { name };
  throw wrongField('tool_choice', '{type: auto | any | none} or {type: "tool", name} of one of the tools');
}
