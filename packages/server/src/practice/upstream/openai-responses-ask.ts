import type { Call } from './answer.ts';
import { contentText } from './conversation.ts';
import { readFlag, readInteger, readList, readObject, wrongField } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { readModel } from './models.ts';
import type { Ask, Tool, ToolChoice } from './reply.ts';
import { seedOf } from './seed.ts';
import { countTokens } from './tokens.ts';

/** A Responses body, read and checked. */
export interface ResponsesAsk extends Ask {
  readonly stream: boolean;
  readonly logprobs: boolean;
  readonly topLogprobs: number;
  readonly promptTokens: number;
}

export function readResponses({ body, models, text }: Call): ResponsesAsk {
  const model = readModel(body, models, 'talk');
  const items = readItems(body['input']);
  const instructions = contentText(body['instructions'], 'instructions');
  const tools = readTools(body);
  const last = items.at(-1);
  const jsonSchema = readFormat(body);
  const format = readObject(body, 'text');
  return {
    model,
    seed: seedOf('responses', model, body['input'], instructions, body['tools'], body['tool_choice'], format),
    lastText: items.findLast((item) => item.role === 'user')?.text ?? '',
    toolResult: last?.role === 'tool' ? last.text : undefined,
    tools,
    toolChoice: readToolChoice(body, tools),
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
    tokensMax: readInteger(body, 'max_output_tokens', 1, 1_000_000),
    stops: [],
    text,
    stream: readFlag(body, 'stream'),
    logprobs: readList(body, 'include').includes('message.output_text.logprobs'),
    topLogprobs: readInteger(body, 'top_logprobs', 0, 20) ?? 0,
    promptTokens:
      countTokens(instructions) +
      items.reduce((sum, item) => sum + countTokens(item.text), 0) +
      (tools.length > 0 ? countTokens(JSON.stringify(tools)) : 0),
  };
}

interface Item {
  readonly role: string;
  readonly text: string;
}

function readItems(input: unknown): readonly Item[] {
  if (typeof input === 'string' && input !== '') return [{ role: 'user', text: input }];
  if (!Array.isArray(input) || input.length === 0) throw wrongField('input', 'a string or a list of items');
  return input.map((item: unknown, index) => {
    const at = `input[${index}]`;
    if (!isObject(item)) throw wrongField(at, 'an object');
    switch (item['type'] ?? 'message') {
      case 'message':
        if (typeof item['role'] !== 'string') throw wrongField(`${at}.role`, 'a role');
        return { role: item['role'], text: contentText(item['content'], `${at}.content`) };
      case 'function_call_output':
        return { role: 'tool', text: contentText(item['output'], `${at}.output`) };
      case 'function_call':
        return { role: 'assistant', text: contentText(item['arguments'], `${at}.arguments`) };
      default:
        return { role: 'assistant', text: '' };
    }
  });
}

/** Function tools; the built-in ones (web search and the like) are accepted and never called. */
function readTools(body: JsonObject): readonly Tool[] {
  return readList(body, 'tools').flatMap((tool) => {
    if (!isObject(tool) || typeof tool['type'] !== 'string') throw wrongField('tools', 'objects with a type');
    if (tool['type'] !== 'function') return [];
    if (typeof tool['name'] !== 'string') throw wrongField('tools', 'function tools with a name');
    return [{ name: tool['name'], schema: tool['parameters'] }];
  });
}

function readToolChoice(body: JsonObject, tools: readonly Tool[]): ToolChoice {
  const choice = body['tool_choice'] ?? 'auto';
  if (choice === 'none' || choice === 'auto') return choice;
  if (choice === 'required') return 'any';
  const name = isObject(choice) ? choice['name'] : undefined;
  if (typeof name === 'string' && tools.some((tool) => tool.name === name)) return { name };
  throw wrongField('tool_choice', 'none, auto, required or the name of one of the tools');
}

function readFormat(body: JsonObject): unknown {
  const format = readObject(readObject(body, 'text'), 'format');
  if (format['type'] === 'json_object') return {};
  return format['type'] === 'json_schema' ? (format['schema'] ?? {}) : undefined;
}
