export { DetectionError, type DetectionErrorCode } from './detection-error.ts';
export type { Detector, Json } from './detector.ts';
export type { Finding, FindingBound, FindingSignal } from './finding.ts';
export { parseTrafficLine } from './parse-traffic-line.ts';
export { quoteTemplate } from './quote-template.ts';
export {
  asObject,
  flattenContent,
  lastUserText,
  readMessages,
  systemText,
  TEXT_CHARS_MAX,
} from './read-dialogue.ts';
export type { SharedTemplateState } from './shared-template-state.ts';
export { createSharedTemplates } from './shared-templates.ts';
export { defaultThresholds, type Thresholds } from './thresholds.ts';
export type { Traffic, TrafficMessage, TrafficNetwork, TrafficParams } from './traffic.ts';
export {
  type CalibratedHunt,
  type CalibratedHuntOptions,
  createCalibratedHunt,
  type Guarantee,
} from './hunt/calibrated-hunt.ts';
export { type Calibrating, type Calibration, startCalibration } from './hunt/calibration.ts';
export { createHunt, type Hunt, type HuntOptions } from './hunt/hunt.ts';
export type { HuntAccount, HuntCampaign, HuntReport, HuntSignal } from './hunt/hunt-report.ts';
