import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quotedTemplates } from './quoted-templates.ts';

test('a template that two findings have is quoted once, and nothing but templates is', () => {
  const finding = { content: { template_1: 'solve the …', template_2: 'grade the …' } };
  const exchange = { content: { prompt: 'Solve the riddle.' } };
  assert.deepEqual(quotedTemplates([finding, exchange, { content: null }, finding]), [
    'solve the …',
    'grade the …',
  ]);
});
