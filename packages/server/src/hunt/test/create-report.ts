import type { HuntAccount, HuntReport } from '@portcullis/detection';

const TIME_SECONDS = 1_767_225_600;

/** A made-up report: one campaign of half of those flagged (two or more), the rest flagged alone, and others. */
export function createReport({ flagged, others }: { flagged: number; others: number }): HuntReport {
  const members = flagged >= 2 ? Math.ceil(flagged / 2) : 0;
  const accounts = Array.from({ length: flagged + others }, (_, i): HuntAccount => {
    const isFlagged = i < flagged;
    return {
      account: `account-${String(i).padStart(5, '0')}`,
      flagged: isFlagged,
      at_exchange: isFlagged ? 20 + i : null,
      at_time: isFlagged ? TIME_SECONDS + i : null,
      exchanges: 100 + i,
      p: isFlagged ? 0.0001 : 0.25,
      campaign: i < members ? 'campaign-1' : null,
      signals: [
        { name: 'template', value: 0.9, sentence: `Of its exchanges, ${90 + (i % 7)}% share one template.` },
      ],
      against: ['A bulk pipeline would look the same in this count.', `Its day ${i % 3} was like any other.`],
    };
  });
  const names = accounts.slice(0, members).map(({ account }) => account);
  return {
    alpha: 0.01,
    guarantee: 'held',
    reasons: [],
    calibration: { accounts: 1_500, digest: `sha256:${'ab'.repeat(32)}` },
    accounts,
    campaigns:
      members === 0
        ? []
        : [
            {
              id: 'campaign-1',
              accounts: names,
              p: 1.5e-9,
              at_time: TIME_SECONDS,
              signals: [{ name: 'pool', value: members, sentence: 'They work through one pool of tasks.' }],
            },
          ],
  };
}
