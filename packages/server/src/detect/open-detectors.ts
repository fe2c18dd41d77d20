import {
  type CalibratedHunt,
  createCalibratedHunt,
  createSharedTemplates,
  type Detector,
  type Guarantee,
  startCalibration,
} from '@portcullis/detection';
import type { DetectionConfig } from '../config/config.ts';
import { feedHunt } from '../hunt/feed-hunt.ts';
import { findHuntFiles } from '../hunt/hunt-files.ts';
import { runTogether } from './run-together.ts';

/** What follows the ledger in one thread. */
export type Detectors = {
  readonly detector: Detector<unknown[]>;
  /** Of the calibrated one, for the state of all; undefined where there is none. */
  guaranteeOf(states: readonly unknown[]): Guarantee | undefined;
};

/**
 * The shared-template detector, and beside it the calibrated one where there are files of benign traffic. Where those can not be read to their ends, the first runs alone and the
 * guarantee is suspended: calibrated on some of them it would be another detector, and without any word of it.
 */
export async function openDetectors(detection: DetectionConfig): Promise<Detectors> {
  const templates = createSharedTemplates(detection.thresholds) as Detector<unknown>;
  if (detection.benign.length === 0)
    return { detector: runTogether([templates]), guaranteeOf: () => undefined };
  const calibrated = await calibrate(detection);
  if (typeof calibrated === 'string') {
    const guarantee: Guarantee = { guarantee: 'suspended', reasons: [calibrated] };
    return { detector: runTogether([templates]), guaranteeOf: () => guarantee };
  }
  return {
    detector: runTogether([templates, calibrated as Detector<unknown>]),
    guaranteeOf: ([, state]) => calibrated.guaranteeOf(state as ReturnType<CalibratedHunt['initial']>),
  };
}

/** @returns why not, where it can not be done */
async function calibrate({ benign, alpha }: DetectionConfig): Promise<CalibratedHunt | string> {
  const calibrating = startCalibration();
  try {
    const files = findHuntFiles({ benign, traffic: [] }, '/');
    const hunt = { observeBenign: calibrating.observe, observeTraffic: () => {} };
    const { benign: reading } = await feedHunt(hunt, files, () => {});
    const cut = reading.files.find(({ cutShort }) => cutShort !== undefined);
    if (cut !== undefined) return `${cut.file.given} can not be read to its end: ${cut.cutShort}.`;
    const broken = reading.files.find(({ lines }) => lines.broken > lines.exchanges);
    if (broken !== undefined)
      return `${broken.file.given} has more broken lines (${broken.lines.broken}) than exchanges: ${broken.lines.firstBroken[0]?.reason}.`;
  } catch (error) {
    return `The benign traffic can not be read: ${error instanceof Error ? error.message : 'an unknown error'}`;
  }
  return createCalibratedHunt({ alpha, calibration: calibrating.end() });
}
