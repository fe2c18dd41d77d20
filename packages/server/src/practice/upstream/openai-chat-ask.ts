import type { Call } from './answer.ts';
import { readConversation } from './conversation.ts';
import { readFlag, readInteger, readList, readObject, readStops, wrongField } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { readModel } from './models.ts';
import type { Ask, Tool, ToolChoice } from './reply.ts';
import { seedOf } from './seed.ts';
import { countTokens } from './tokens.ts';

/** A chat completions body, read and checked. */
export interface ChatAsk extends Ask {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** The body's `n`. */
  readonly choices: number;
  readonly logprobs: boolean;
  readonly topLogprobs: number;
  readonly promptTokens: number;
}

const roles = ['developer', 'system', 'user', 'assistant', 'tool', 'function'];
const tokensAbsoluteMax = 1_000_000;

export function readChat({ body, models, text }: Call): ChatAsk {
  const model = readModel(body, models, 'talk');
  const conversation = readConversation(body, 'messages', roles);
  const tools = readList(body, 'tools').map(readTool);
  const last = conversation.at(-1);
  const format = readObject(body, 'response_format');
  const jsonSchema = readFormat(format);
  const promptTokens =
    conversation.reduce((sum, turn) => sum + countTokens(turn.text), 0) +
    (tools.length > 0 ? countTokens(JSON.stringify(tools)) : 0);
  return {
    model,
    seed: seedOf('chat', model, body['messages'], body['tools'], body['tool_choice'], body['seed'], format),
    lastText: conversation.findLast((turn) => turn.role === 'user')?.text ?? '',
    toolResult: last?.role === 'tool' ? last.text : undefined,
    tools,
    toolChoice: readToolChoice(body, tools),
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
    tokensMax:
      readInteger(body, 'max_completion_tokens', 1, tokensAbsoluteMax) ??
      readInteger(body, 'max_tokens', 1, tokensAbsoluteMax),
    stops: readStops(body, 'stop', 4),
    text,
    stream: readFlag(body, 'stream'),
    includeUsage: readFlag(readObject(body, 'stream_options'), 'include_usage'),
    choices: readInteger(body, 'n', 1, 128) ?? 1,
    logprobs: readFlag(body, 'logprobs'),
    topLogprobs: readInteger(body, 'top_logprobs', 0, 20) ?? 0,
    promptTokens,
  };
}

function readTool(tool: unknown): Tool {
  const described = isObject(tool) ? tool['function'] : undefined;
  if (!isObject(described) || typeof described['name'] !== 'string') {
    throw wrongField('tools', 'objects {type: "function", function: {name, parameters}}');
  }
  return { name: described['name'], schema: described['parameters'] };
}

function readToolChoice(body: JsonObject, tools: readonly Tool[]): ToolChoice {
  const choice = body['tool_choice'] ?? 'auto';
  if (choice === 'none' || choice === 'auto') return choice;
  if (choice === 'required') return 'any';
  const name = isObject(choice) && isObject(choice['function']) ? choice['function']['name'] : undefined;
  if (typeof name === 'string' && tools.some((tool) => tool.name === name)) return { name };
  throw wrongField('tool_choice', 'none, auto, required or the name of one of the tools');
}

function readFormat(format: JsonObject): unknown {
  if (format['type'] === 'json_object') return {};
  if (format['type'] !== 'json_schema') return undefined;
  const described = readObject(format, 'json_schema');
  return described['schema'] ?? {};
}
