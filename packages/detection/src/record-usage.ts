import { combine } from './hash32.ts';
import { type Frame, frameOf, type TemplateMatcher } from './match-template.ts';
import type { Reading } from './read-prompt.ts';
import {
  keepRecent,
  type SharedTemplateState,
  type Template,
  touchTemplate,
  type Usage,
} from './shared-template-state.ts';
import { noAnchor } from './sketch-prompt.ts';
import type { Thresholds } from './thresholds.ts';
import type { Traffic } from './traffic.ts';

/** Exchanges of one account that shape a frame, so that a busy account alone can not decide what the frame says. */
const shapingExchanges = 8;
const maxWordUnits = 24;

/** Founds a candidate from a prompt that matched nothing. */
export function foundTemplate(
  state: SharedTemplateState,
  anchors: Int32Array,
  reading: Reading,
  thresholds: Thresholds,
): Template {
  const { pairs, letters } = frameOf(reading);
  let founded = 0;
  for (const pair of pairs) founded = combine(founded, pair);
  const template: Template = {
    id: state.nextTemplateId++,
    founded,
    anchors: Int32Array.from(anchors),
    pairs,
    letters,
    words: null,
    presence: [],
    seen: 0,
    exchanges: 0,
    usages: new Map(),
    values: new Map(),
    sharedValues: 0,
    nextLook: thresholds.minAccounts,
  };
  for (const anchor of template.anchors) if (anchor !== noAnchor) state.anchors.set(anchor, template.id);
  return template;
}

/** A second account came: keep the words that its prompt shares with the candidate, and nothing else. */
function keepSharedWords(template: Template, reading: Reading): void {
  const founder = new Set(template.pairs);
  const frame: Frame = frameOf(reading);
  const { text, starts, ends } = reading;
  template.words = Array.from(frame.positions, (at, i) => {
    const isShared = founder.has(frame.pairs[i] as number) || founder.has(frame.pairs[i + 1] as number);
    if (!isShared || frame.letters[i] === 0) {
      frame.letters[i] = 0;
      return '';
    }
    // Rebuilt from its units: a slice would keep the whole prompt alive behind it.
    const units = Array.from(
      text.slice(starts[at], Math.min(ends[at] as number, (starts[at] as number) + maxWordUnits)),
    );
    return units.join('');
  });
  template.pairs = frame.pairs;
  template.letters = frame.letters;
  template.presence = template.words.map((word) => (word === '' ? 0 : 2));
  template.seen = 2;
}

function shapeFrame(template: Template, matcher: TemplateMatcher): void {
  template.seen++;
  for (let i = 0; i < template.letters.length; i++) {
    if (template.letters[i] !== 0 && matcher.has(template.pairs, i)) {
      template.presence[i] = (template.presence[i] as number) + 1;
    }
  }
}

function noteValue(
  template: Template,
  usage: Usage,
  account: string,
  value: number,
  thresholds: Thresholds,
): void {
  const sender = template.values.get(value);
  if (sender === undefined) {
    usage.newValues++;
    keepRecent(template.values, value, account, thresholds.maxValuesPerTemplate, (old) => {
      if (old === '') template.sharedValues--;
    });
  } else if (sender !== account && sender !== '') {
    template.values.set(value, '');
    template.sharedValues++;
  }
}

/** Counts one exchange of `traffic.account` in `template`. The matcher holds the prompt. */
export function recordUsage(
  state: SharedTemplateState,
  template: Template,
  traffic: Traffic,
  reading: Reading,
  matcher: TemplateMatcher,
  thresholds: Thresholds,
): void {
  let usage = template.usages.get(traffic.account);
  if (usage === undefined) {
    usage = {
      exchanges: 0,
      examined: 0,
      newValues: 0,
      firstTime: traffic.time,
      lastTime: traffic.time,
      refs: [],
    };
    if (template.usages.size === 1 && template.words === null) keepSharedWords(template, reading);
  }
  if (template.words !== null && usage.exchanges < shapingExchanges) shapeFrame(template, matcher);
  template.exchanges++;
  usage.exchanges++;
  usage.firstTime = Math.min(usage.firstTime, traffic.time);
  usage.lastTime = Math.max(usage.lastTime, traffic.time);
  if (usage.refs.length < 2) usage.refs.push(traffic.ref);
  if (usage.examined < thresholds.maxExaminedPerAccount) {
    usage.examined++;
    noteValue(template, usage, traffic.account, reading.value, thresholds);
  }
  keepRecent(template.usages, traffic.account, usage, thresholds.maxAccountsPerTemplate);
  touchTemplate(state, template, thresholds);
}
