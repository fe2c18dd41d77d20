import type { Disclosure } from '../disclosure.ts';
import { element, list, type Markup, numberTable, paragraph, terms, words } from './markup.ts';
import { drawProfile } from './draw-plots.ts';
import { spellLeft, spellLoss, spellNumber } from './spell.ts';

const heading = (text: string): Markup => element('h3', words(text));

/** The disclosure: what is protected, how, how much, and what is not. */
export function writePrivacy({ privacy, tables, period }: Disclosure): Markup {
  const { unit, adjacency, loss, wholeAccount, rho, lifetime } = privacy;
  const manyMonths = period.from !== period.to && unit.name === 'account-month';
  const said = terms([
    ['Unit of privacy', [`${unit.name}: ${unit.meaning}`]],
    ['Adjacency', [`${adjacency.name}: ${adjacency.meaning}`]],
    ['Loss of a unit', [`${spellLoss(loss)} (exactly ε = ${loss.exact.epsilon}, δ = ${loss.exact.delta})`]],
    ...(manyMonths ? [['Loss of an account in every month', [spellLoss(wholeAccount)]] as const] : []),
    ['Zero-concentrated loss', `ρ ${Number(rho.value.toPrecision(6))} (exactly ${rho.exact})`],
    ['Noise', privacy.mechanism],
    ['Composition', privacy.composition],
    ['Contribution bounds', privacy.bounding],
    ['Reset period', privacy.resetPeriod],
    ['Accountant', [privacy.accountant.name, privacy.accountant.method]],
    ['Sampler', privacy.sampler],
    ['Side channels', privacy.sideChannels],
  ]);
  return element('section', [
    element('h2', words('What is protected'), 'id="privacy"'),
    said,
    heading('What is not protected'),
    list(privacy.unprotected),
    heading('Bounds and noise of each table'),
    writeBounds(tables),
    heading('How likely a larger loss is'),
    paragraph('For each ε, δ bounds how likely a unit loses more than that to this report.'),
    element('figure', drawProfile(privacy.profile, PROFILE_LABEL) as Markup),
    numberTable(
      'δ at ε',
      ['ε', 'δ'],
      privacy.profile.map(({ epsilon, delta }) => [spellNumber(epsilon), delta.toExponential(2)]),
    ),
    heading('Budgets after this report'),
    writeBudgets(privacy.budgets),
    heading('All reports so far'),
    terms([
      ['Reports paid for', `${lifetime.reports}, of which ${lifetime.cutOff} were cut off and show nothing`],
      [
        'Account-month that lost most',
        `${spellLoss(lifetime.accountMonth)}, of ${lifetime.accountMonth.month}`,
      ],
      ['The same, added up tighter', spellLoss(lifetime.accountMonthTight)],
      ['Account that was in every month', spellLoss(lifetime.account)],
    ]),
  ]);
}

const PROFILE_LABEL = 'How delta falls as epsilon grows. The numbers are in the table that follows.';

function writeBounds(tables: Disclosure['tables']): Markup {
  return numberTable(
    'What one account counts for at most in a month, and the noise on each number',
    ['Table', 'In all kinds', 'In each kind', 'Standard deviation', '95 of 100 within ±'],
    tables.map(({ title, bound, kindBound, standardDeviation, margin95 }) => [
      title,
      spellNumber(bound),
      spellNumber(kindBound),
      spellNumber(Number(standardDeviation.toPrecision(4))),
      spellNumber(margin95),
    ]),
  );
}

function writeBudgets(budgets: Disclosure['privacy']['budgets']): Markup {
  return numberTable(
    'What an account-month may lose to all reports, and what is left of it',
    ['Month', 'Limit', 'Spent', 'Left', 'Next budget from'],
    budgets.map(({ month, limit, spent, left, nextAt }) => [
      month,
      spellLoss(limit),
      spellLoss(spent),
      spellLeft(left),
      nextAt.slice(0, 10),
    ]),
  );
}
