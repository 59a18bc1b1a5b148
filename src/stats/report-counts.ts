/** All counters of a report. */
export interface ReportCounts {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly received: number;
  readonly click: number;
  readonly actionClick: number;
  readonly billableSends: number;
  readonly wrongKey: number;
}

export const NO_COUNTS: ReportCounts = {
  sent: 0,
  delivered: 0,
  notDelivered: 0,
  received: 0,
  click: 0,
  actionClick: 0,
  billableSends: 0,
  wrongKey: 0,
};

/** Adds counters; the result has no others. */
export function addReports(sum: ReportCounts, more: ReportCounts): ReportCounts {
  return {
    sent: sum.sent + more.sent,
    delivered: sum.delivered + more.delivered,
    notDelivered: sum.notDelivered + more.notDelivered,
    received: sum.received + more.received,
    click: sum.click + more.click,
    actionClick: sum.actionClick + more.actionClick,
    billableSends: sum.billableSends + more.billableSends,
    wrongKey: sum.wrongKey + more.wrongKey,
  };
}
