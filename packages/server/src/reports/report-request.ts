import { createHash } from 'node:crypto';
import {
  approximateLoss,
  type Delta,
  delta,
  type Epsilon,
  epsilon,
  PrivacyError,
  rationalText,
} from '@portcullis/privacy';
import { canonicalText } from '@portcullis/record';
import { ServerError } from '../server-error.ts';
import type { ReportLoss } from './ledger-budget.ts';
import { monthAfter, type Period, parsePeriod, startOfMonth } from './period.ts';
import type { ReportUnit } from './plan-noise.ts';
import { RELEASE_FORMAT } from './released-report.ts';

/** A report as somebody asks for it, in words. */
export type ReportInput = {
  readonly period: string;
  readonly epsilon: string;
  readonly delta: string;
  readonly unit?: string;
  /** Of a period that is not over. */
  readonly soFar?: boolean;
  /** Pays once more where an earlier attempt was paid for and cut off. */
  readonly again?: boolean;
};

export type ReportRequest = {
  readonly period: Period;
  readonly epsilon: Epsilon;
  readonly delta: Delta;
  readonly loss: ReportLoss;
  readonly unit: ReportUnit;
  readonly soFar: boolean;
  /** The same for whoever asks for the same report. */
  readonly name: string;
};

/** Of a fraction as text. */
const DIGITS_MAX = 80;
const UNITS: readonly string[] = ['account-month', 'account'] satisfies ReportUnit[];

/** @throws ServerError `bad-request` @param nowMs Unix milliseconds */
export function readRequest(input: ReportInput, nowMs: number): ReportRequest {
  const period = parsePeriod(input.period);
  const soFar = input.soFar === true;
  checkTime(period, soFar, nowMs);
  const unit = input.unit ?? 'account-month';
  if (!UNITS.includes(unit))
    throw new ServerError('bad-request', `The unit must be one of ${UNITS.join(', ')}.`);
  const loss = readLoss(input.epsilon, input.delta);
  const asked = {
    format: RELEASE_FORMAT,
    from: period.from,
    to: period.to,
    soFar,
    unit,
    epsilon: rationalText(loss.epsilon),
    delta: rationalText(loss.delta),
  };
  const digest = createHash('sha256').update(canonicalText(asked)).digest('hex');
  const { epsilon: e, delta: d } = loss;
  return {
    period,
    epsilon: e,
    delta: d,
    loss,
    unit: unit as ReportUnit,
    soFar,
    name: `report-${digest.slice(0, 24)}`,
  };
}

function readLoss(epsilonText: string, deltaText: string): ReportLoss {
  try {
    const loss = approximateLoss(epsilon(epsilonText), delta(deltaText));
    if (rationalText(loss.epsilon).length > DIGITS_MAX || rationalText(loss.delta).length > DIGITS_MAX)
      throw new ServerError('bad-request', 'Epsilon or delta has more digits than an entry takes. Round it.');
    if (loss.epsilon.numerator > 0n && loss.delta.numerator > 0n) return loss;
  } catch (error) {
    if (!(error instanceof PrivacyError)) throw error;
    throw new ServerError('bad-request', `Epsilon or delta can not be read. ${error.message}`);
  }
  throw new ServerError('bad-request', 'Epsilon and delta must be above 0: with none there is only noise.');
}

function checkTime(period: Period, soFar: boolean, nowMs: number): void {
  if (startOfMonth(period.to) > nowMs)
    throw new ServerError('bad-request', `${period.to} has not begun. Ask for months that have.`);
  const isOver = startOfMonth(monthAfter(period.to)) <= nowMs;
  if (!isOver && !soFar)
    throw new ServerError(
      'bad-request',
      `${period.to} is not over. Wait, or ask for what there is so far (soFar: true, --so-far); that spends its budget too, and the whole month spends it again.`,
    );
  if (isOver && soFar)
    throw new ServerError('bad-request', `${period.to} is over. Ask without soFar (--so-far).`);
}
