import { accountsProjection } from './accounts-projection.ts';
import { appealsProjection } from './appeals-projection.ts';
import { budgetsProjection } from './budgets-projection.ts';
import { casesProjection } from './cases-projection.ts';
import { deadlinesProjection } from './deadlines-projection.ts';
import { decisionsProjection } from './decisions-projection.ts';
import { erasuresProjection } from './erasures-projection.ts';
import { exchangesProjection } from './exchanges-projection.ts';
import { findingsProjection } from './findings-projection.ts';
import { healthProjection } from './health-projection.ts';
import { hearingsProjection } from './hearings-projection.ts';
import { incidentsProjection } from './incidents-projection.ts';
import { knownProjection } from './known-projection.ts';
import { operatorsProjection } from './operators-projection.ts';
import type { ProjectionDefinition } from './projection.ts';
import { standingsProjection } from './standings-projection.ts';
import { trafficProjection } from './traffic-projection.ts';
import { switchProjection } from './switch-projection.ts';
import { viewsProjection } from './views-projection.ts';

export const ALL_PROJECTIONS: readonly ProjectionDefinition[] = [
  operatorsProjection,
  accountsProjection,
  exchangesProjection,
  findingsProjection,
  casesProjection,
  viewsProjection,
  switchProjection,
  hearingsProjection,
  deadlinesProjection,
  incidentsProjection,
  knownProjection,
  decisionsProjection,
  appealsProjection,
  standingsProjection,
  erasuresProjection,
  healthProjection,
  budgetsProjection,
  trafficProjection,
];
