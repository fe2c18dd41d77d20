import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markSlots } from './mark-slots.ts';

const slotsOf = (prompts: readonly string[]): string[][] =>
  markSlots(prompts).map((stretches) =>
    stretches.filter((each) => each.isSlot).map((each) => each.text.trim()),
  );

test('what differs between prompts of one template is marked, and nothing else', () => {
  const prompts = [
    'Solve the following number theory problem. Think step by step.\n\nProblem: 75 residues fall.',
    'Solve the following organic chemistry problem. Think step by step.\n\nProblem: 12 isomers rise slowly.',
    'Solve the following graph theory problem. Think step by step.\n\nProblem: 9 vertices.',
  ];
  assert.deepEqual(slotsOf(prompts), [
    ['number theory', '75 residues fall'],
    ['organic chemistry', '12 isomers rise slowly'],
    ['graph theory', '9 vertices'],
  ]);
});

test('the stretches together are the prompt, whatever stands in it', () => {
  const prompts = ['', '…', '<script>alert(1)</script> and ‏RTL‏', 'a b c '.repeat(500), 'ünïcödé 😀 x'];
  for (const [i, stretches] of markSlots(prompts).entries())
    assert.equal(stretches.map((each) => each.text).join(''), prompts[i]);
});

test('one prompt alone has no slots', () => {
  assert.deepEqual(slotsOf(['Solve this.']), [[]]);
});
