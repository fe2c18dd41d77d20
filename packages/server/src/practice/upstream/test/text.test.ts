import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { type Ask, replyTo, type TextReply } from '../reply.ts';
import { exampleOf } from '../schema-example.ts';
import { numbersFrom, seedOf } from '../seed.ts';
import { countTokens, splitTokens } from '../tokens.ts';

const ask: Ask = {
  model: 'practice-small',
  seed: seedOf('test'),
  lastText: 'Hello.',
  toolResult: undefined,
  tools: [],
  toolChoice: 'auto',
  tokensMax: undefined,
  stops: [],
  text: { markInvalid: false },
};

const textReply = (changes: Partial<Ask>) => replyTo({ ...ask, ...changes }) as TextReply;

it('tokens joined are the text, are what is counted, and cut no surrogate pair', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const tokens = splitTokens(text);
      assert.equal(tokens.join(''), text);
      assert.equal(tokens.length, countTokens(text));
      assert.ok(tokens.every((token) => token.isWellFormed()));
    }),
  );
});

it('counts by the stated rule', () => {
  assert.deepEqual(splitTokens('Practice, naïve  日本語!\n'), [
    'Practi',
    'ce',
    ',',
    ' naïve',
    '  日本語',
    '!',
    '\n',
  ]);
});

it('says length only when something was cut', () => {
  const { tokenCount } = textReply({});
  assert.equal(textReply({ tokensMax: tokenCount }).finish, 'end');
  const cut = textReply({ tokensMax: tokenCount - 1 });
  assert.deepEqual([cut.finish, cut.tokenCount], ['length', tokenCount - 1]);
});

it('stops at the first stop sequence in the text, not in the list', () => {
  const reply = textReply({ stops: ['asked', 'practice'] });
  assert.deepEqual([[...reply.tokens].join(''), reply.stopSequence], ['This is a ', 'practice']);
});

it('says other things under other seeds', () => {
  const texts = ['a', 'b', 'c'].map((part) => [...textReply({ seed: seedOf(part) }).tokens].join(''));
  assert.equal(new Set(texts).size, 3);
});

it('makes examples of nested, referenced and recursive schemas', () => {
  const schema = {
    $defs: {
      point: {
        type: 'object',
        properties: { x: { type: 'number', minimum: 5 }, next: { $ref: '#/$defs/point' } },
      },
    },
    type: 'object',
    properties: {
      at: { $ref: '#/$defs/point' },
      names: { type: 'array', minItems: 2, items: { type: ['string', 'null'] } },
      kind: { const: 'k' },
      either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
    },
  };
  const example = exampleOf(schema, numbersFrom(seedOf('schema'))) as Record<string, unknown>;
  assert.ok((example['at'] as { x: number }).x >= 5);
  assert.equal((example['names'] as unknown[]).length, 2);
  assert.equal(example['kind'], 'k');
  assert.equal(typeof example['either'], 'boolean');
});
