import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Problem, Rule } from './tidy/problem.ts';
import { makeTree, readTree } from './tidy/read-tree.ts';
import { noDeadFiles } from './tidy/rules/dead-files.ts';
import {
  allowedLicences,
  exactVersions,
  lockFollowsManifests,
  lockIsComplete,
  noInstallScripts,
  packagesCarryLicence,
} from './tidy/rules/dependencies.ts';
import { everyEntryTypeIsGolden } from './tidy/rules/golden.ts';
import { kebabCase, noBannedNames } from './tidy/rules/names.ts';
import { ratchetOnlyShrinks, shortFiles, shortFunctions } from './tidy/rules/sizes.ts';
import { noMachinePaths, noRegistryHosts, nothingUnfinished, noTestLeftOut } from './tidy/rules/texts.ts';
import {
  consoleImportsRecordAlone,
  gateImports,
  gateReachesNoProjection,
  noCycles,
  onlyCompositionNamesBackEnds,
  pureImportNoSibling,
} from './tidy/rules/walls.ts';

// The house rules, held over the source itself. Each rule is first shown files that break it.
const RULES: readonly Rule[] = [
  pureImportNoSibling,
  consoleImportsRecordAlone,
  gateImports,
  gateReachesNoProjection,
  onlyCompositionNamesBackEnds,
  noCycles,
  noDeadFiles,
  noBannedNames,
  kebabCase,
  shortFunctions,
  shortFiles,
  ratchetOnlyShrinks,
  nothingUnfinished,
  noTestLeftOut,
  noMachinePaths,
  noRegistryHosts,
  allowedLicences,
  noInstallScripts,
  packagesCarryLicence,
  exactVersions,
  lockFollowsManifests,
  lockIsComplete,
  everyEntryTypeIsGolden,
];

const tree = readTree(join(import.meta.dirname, '..'));
const spell = ({ path, line, message }: Problem): string =>
  `${path}${line === undefined ? '' : `:${line}`}: ${message}`;

for (const rule of RULES) {
  test(rule.name, () => {
    const problems = rule.check(tree);
    assert.equal(problems.length, 0, `\n  ${problems.map(spell).join('\n  ')}`);
  });
  if (Object.keys(rule.bad).length === 0) continue;
  test(`it bites: ${rule.name}`, () => {
    const sample = makeTree(new Map(Object.entries({ ...rule.bad, ...rule.beside })));
    const found = new Set(rule.check(sample).map((problem) => problem.path));
    for (const path of Object.keys(rule.bad)) assert.ok(found.has(path), `${path} was not found`);
  });
}

test('the tree that is judged is the whole one', () => {
  assert.ok(tree.sources.has('packages/record/src/index.ts'));
  assert.ok(tree.sources.has('test/tidy.test.ts'));
  assert.ok(tree.sources.has('packages/server/bin/portcullis.js'));
  assert.ok(tree.texts.has('package-lock.json'));
});
