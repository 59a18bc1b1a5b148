import { registry } from '../../core/metrics/registry.js';
import { countOutcomes } from '../../messages/outcome-counts.js';
import { NO_COUNTS } from './outcome.js';
import { observeSettled } from './settled-contacts.js';

it('counts each contact once: by push service, and as none where an older version recorded none', async () => {
  const outcomes = countOutcomes([
    { pushService: 'firebase', reason: null },
    { pushService: 'firebase', reason: null },
    { pushService: '*.push.apple.com', reason: 'gone' },
    { pushService: null, reason: 'expired' },
  ]);
  observeSettled({ ...NO_COUNTS, sent: 6, delivered: 3, notDelivered: 3, outcomes });
  const metric = await registry.getSingleMetric('push_contact_settled_contacts_total')?.get();
  const counted = metric?.values.map(({ labels, value }) => [labels.outcome, labels.push_service, value]);
  expect(counted?.sort()).toEqual([
    ['delivered', 'firebase', 2],
    ['delivered', 'none', 1],
    ['not_delivered', '*.push.apple.com', 1],
    ['not_delivered', 'none', 2],
  ]);
});
