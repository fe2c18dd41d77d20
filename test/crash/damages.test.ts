import { test } from 'node:test';
import { DAMAGES, tryDamage } from './damages.ts';
import { loadProgram } from './program.ts';

const subject = { program: await loadProgram() };

for (const damage of DAMAGES) {
  const then =
    damage.start === 'repaired'
      ? 'the start repairs it'
      : `a start is refused (${damage.start}) and changes nothing`;
  test(`${damage.name}: ${then}`, () => tryDamage(subject, damage));
}
