import { createHash } from 'node:crypto';
import type { Answer, Call } from './answer.ts';
import { readInteger, wrongField } from './fields.ts';
import { readModel } from './models.ts';
import { countTokens } from './tokens.ts';

const inputsMax = 2048;
const dimensionsDefault = 1536;
/** Each word moves so many coordinates. */
const coordinatesEachWord = 8;

/** `POST /v1/embeddings`; https://platform.openai.com/docs/api-reference/embeddings */
export function answerEmbeddings({ body, models }: Call): Answer {
  const model = readModel(body, models, 'embed');
  const inputs = readInputs(body['input']);
  const dimensions = readInteger(body, 'dimensions', 1, 4096) ?? dimensionsDefault;
  const format = body['encoding_format'] ?? 'float';
  if (format !== 'float' && format !== 'base64') throw wrongField('encoding_format', 'float or base64');
  const data = inputs.map((input, index) => {
    const vector = embed(input, dimensions);
    const bytes = Buffer.from(vector.buffer);
    return {
      object: 'embedding',
      index,
      embedding: format === 'float' ? [...vector] : bytes.toString('base64'),
    };
  });
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { kind: 'json', status: 200, body: { object: 'list', data, model, usage } };
}

function readInputs(input: unknown): readonly string[] {
  if (typeof input === 'string' && input !== '') return [input];
  const list: readonly unknown[] = Array.isArray(input) ? input : [];
  if (list.length === 0 || list.length > inputsMax) {
    throw wrongField('input', `a string that is not empty or 1 to ${inputsMax} of them`);
  }
  if (list.every((token) => typeof token === 'number')) return [list.join(' ')];
  return list.map((one) => {
    if (typeof one === 'string' && one !== '') return one;
    if (Array.isArray(one) && one.every((token) => typeof token === 'number')) return one.join(' ');
    throw wrongField('input', 'strings that are not empty, or lists of token numbers');
  });
}

/**
 * A unit vector by feature hashing (Weinberger et al. 2009): texts that share words are near one another.
 * Single precision, little-endian when taken as bytes, as the API's base64 form has it.
 */
export function embed(text: string, dimensions: number): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimensions);
  vector[0] = 0.1;
  for (const word of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    if (word === '') continue;
    const digest = createHash('sha256').update(word).digest();
    for (let nth = 0; nth < coordinatesEachWord; nth++) {
      const at = digest.readUInt16LE(nth * 2) % dimensions;
      vector[at] = (vector[at] ?? 0) + ((digest[16 + nth] ?? 0) - 127.5) / 127.5;
    }
  }
  const length = Math.hypot(...vector);
  return vector.map((coordinate) => coordinate / length);
}
