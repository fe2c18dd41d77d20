export { DetectionError, type DetectionErrorCode } from './detection-error.ts';
export type { Detector, Json } from './detector.ts';
export type { Finding, FindingBound, FindingSignal } from './finding.ts';
export { quoteTemplate } from './quote-template.ts';
export type { SharedTemplateState } from './shared-template-state.ts';
export { createSharedTemplates } from './shared-templates.ts';
export { defaultThresholds, type Thresholds } from './thresholds.ts';
export type { Traffic, TrafficMessage, TrafficNetwork, TrafficParams } from './traffic.ts';
